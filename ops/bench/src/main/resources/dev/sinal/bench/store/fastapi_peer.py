"""A telemetry service as many labs have it: FastAPI and asyncpg on a table of jsonb rows. Run by StoreSpeed with uvicorn and uvloop, one process."""

import json
import os
from datetime import datetime

import asyncpg
from fastapi import FastAPI, Response
from pydantic import BaseModel

HISTORY = """
    SELECT ts, agent_id, metrics FROM bench_rows
    WHERE agent_id = $1 AND ts >= $2 ORDER BY ts LIMIT $3
"""
TEXT = """
    SELECT ts, metrics::text FROM bench_rows
    WHERE agent_id = $1 AND ts >= $2 ORDER BY ts LIMIT $3
"""
INSERT = "INSERT INTO bench_rows (agent_id, ts, metrics) VALUES ($1, $2, $3)"

app = FastAPI()


class Payload(BaseModel):
    agent_id: str
    metrics: dict[str, float]


class Message(BaseModel):
    type: str
    payload: Payload
    timestamp: datetime


async def prepare(connection):
    await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


@app.on_event("startup")
async def startup():
    app.state.rows = await asyncpg.create_pool(os.environ["PEER_DATABASE"], min_size=8, max_size=8, init=prepare)
    app.state.text = await asyncpg.create_pool(os.environ["PEER_DATABASE"], min_size=8, max_size=8)


@app.get("/ready")
async def ready():
    return {"ready": True}


@app.get("/telemetry/history")
async def history(agent_id: str, start_date: datetime, page_size: int = 100):
    rows = await app.state.rows.fetch(HISTORY, agent_id, start_date, page_size)
    return {"items": [{"timestamp": r["ts"], "agent_id": r["agent_id"], "metrics": r["metrics"]} for r in rows]}


@app.get("/telemetry/text")
async def text(agent_id: str, start_date: datetime, page_size: int = 100):
    """The same page written by hand: the best that this stack can do."""
    rows = await app.state.text.fetch(TEXT, agent_id, start_date, page_size)
    items = ",".join(f'{{"timestamp":"{ts.isoformat()}","agent_id":"{agent_id}","metrics":{metrics}}}' for ts, metrics in rows)
    return Response(f'{{"items":[{items}]}}', media_type="application/json")


@app.post("/telemetry")
async def push(message: Message):
    await app.state.rows.execute(INSERT, message.payload.agent_id, message.timestamp, message.payload.metrics)
    return {"committed": 1}
