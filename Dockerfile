# A server in a container: docker build -t redstart . (docs/guide/docker.md)
FROM node:24-alpine AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
# The global layout of npm, bin/ and lib/node_modules/, in a folder of its own.
RUN npm run build && npm pack && npm install --global --prefix /opt/redstart redstart-*.tgz

FROM node:24-alpine
COPY --from=build /opt/redstart /usr/local
RUN mkdir /data && chown 1000:1000 /data
# By number, so that Kubernetes can see that it is not root.
USER 1000:1000
# Relative paths of the configuration start here, and `dir` is here by default.
WORKDIR /data
VOLUME /data
EXPOSE 6379
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s CMD ["redstart", "ping"]
ENTRYPOINT ["redstart"]
# A container is reached from outside of it only. Arguments of `docker run` take the place of these.
CMD ["--protected-mode", "no"]
