# The image of the program. It stays inside what the classic builder of Docker 20.10 accepts.
#
#   docker build -t quorate .                                    compile in the image and keep the program
#   docker build -t quorate --build-arg BASE=my-bookworm .       where no registry can be reached
#
# prebuilt.Dockerfile takes a program that was built on the host, on top of the stage `libraries`.

ARG BASE=debian:bookworm-slim

# --- libraries, user and folders that the program runs with -----------------------------------------
FROM ${BASE} AS libraries
# Debian 12's names; another distribution's go in here.
ARG RUNTIME_PACKAGES="libcaf-core0.17 libcaf-io0.17 libcaf-openssl0.17 liblmdb0 libsecp256k1-1 libssl3 \
    libutf8proc2 libspdlog1.10 libfmt9 libtomlplusplus3 libqrencode4 \
    libprometheus-cpp-core1.0 libstdc++6"
RUN apt-get update -q \
 && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends ${RUNTIME_PACKAGES} \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/log/apt /var/log/dpkg.log
# A fresh named volume takes owner and mode from the folder that it is mounted on.
RUN groupadd --system --gid 10001 quorate \
 && useradd --system --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent \
            --shell /usr/sbin/nologin quorate \
 && install -d -m 0700 -o 10001 -g 10001 /etc/quorate /var/lib/quorate /var/lib/keystore \
            /cluster /cluster/ca /cluster/node0 /cluster/node1 /cluster/node2 /cluster/node3 \
            /cluster/client /cluster/signer
USER 10001:10001
WORKDIR /var/lib/quorate
ENTRYPOINT ["/usr/local/bin/quorate"]
CMD ["node", "--config", "/etc/quorate/node.toml"]
# 0 ready; anything else (1 could not ask, 10 not ready) is unhealthy to the engine.
HEALTHCHECK --interval=5s --timeout=4s --start-period=30s --retries=3 \
    CMD ["/usr/local/bin/quorate", "health", "--config", "/etc/quorate/node.toml"]
LABEL org.opencontainers.image.title="quorate" \
      org.opencontainers.image.licenses="Apache-2.0"

# --- the program, built here ------------------------------------------------------------------------
FROM ${BASE} AS build
ENV CI=true
WORKDIR /src
COPY dev ./
RUN ./dev deps && rm -rf /var/lib/apt/lists/*
COPY . .
RUN rm -rf build \
 && ./dev build release cli/quorate \
 && strip --strip-debug -o /quorate build/release/cli/quorate

FROM libraries AS runtime
COPY --from=build /quorate /usr/local/bin/quorate
