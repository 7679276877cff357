"""A bot that remembers, by LangChain and plain HTTP. Each line of input is a conversation of one turn."""

import os
import sys

import requests
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import chain
from langchain_openai import ChatOpenAI

MEMORIES = os.environ.get("MEMFUSE_URL", "http://127.0.0.1:8000") + "/api/v1/memories"
llm = ChatOpenAI(model="llama3.2", base_url=os.environ.get("LLM_URL", "http://127.0.0.1:11434/v1"), api_key="none")
prompt = ChatPromptTemplate([("system", "What you know of the user:\n{known}"), ("user", "{said}")])


@chain
def recall(said):
    body = {"user": "fay", "query": said, "max_tokens": 500}
    found = requests.post(f"{MEMORIES}/context", json=body).json()["data"]
    return {"said": said, "known": found["context"] if found else ""}  # nobody is known before the first message


def remember(said, reply):
    messages = [{"role": "user", "content": said}, {"role": "assistant", "content": reply}]
    requests.post(MEMORIES, json={"user": "fay", "messages": messages}).raise_for_status()


bot = recall | prompt | llm
for line in sys.stdin:
    reply = bot.invoke(line.strip()).content
    remember(line.strip(), reply)
    print(reply)
