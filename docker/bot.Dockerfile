# A Python bot in a container of its own. Build from the project's root.
FROM debian:bookworm-slim
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends python3 python3-redis \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10002 bot
COPY apps/bot-python/outcry_bot.py apps/bot-python/counter_bot.py /opt/bot/
USER bot
ENV TICKER=AAPL
CMD ["sh", "-c", "exec python3 /opt/bot/counter_bot.py \"redis://:$(cat /run/secrets/redis_password)@redis:6379\" \"$TICKER\""]
