# The program as it was built on a Debian 12 host; saves compiling it again in an image. The classic builder
# builds every stage above the one that is asked for, so this cannot be a stage of Dockerfile.
#
#   ./dev build
#   docker build -t quorate-libraries --target libraries .
#   docker build -t quorate:local -f prebuilt.Dockerfile .
ARG LIBRARIES=quorate-libraries
FROM ${LIBRARIES}
COPY build/release/cli/quorate /usr/local/bin/quorate
