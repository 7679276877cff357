"""A bot that remembers, by LangGraph and plain HTTP. Each line of input is a conversation of one turn."""

import os
import sys

import requests
from langchain_openai import ChatOpenAI
from langgraph.graph import END, START, MessagesState, StateGraph

MEMORIES = os.environ.get("MEMFUSE_URL", "http://127.0.0.1:8000") + "/api/v1/memories"
llm = ChatOpenAI(model="llama3.2", base_url=os.environ.get("LLM_URL", "http://127.0.0.1:11434/v1"), api_key="none")


def answer(state: MessagesState):
    body = {"user": "gil", "query": state["messages"][-1].content, "max_tokens": 500}
    found = requests.post(f"{MEMORIES}/context", json=body).json()["data"]
    known = found["context"] if found else ""  # nobody is known before the first message
    return {"messages": llm.invoke([("system", f"What you know of the user:\n{known}"), *state["messages"]])}


def remember(state: MessagesState):
    said, reply = state["messages"][-2:]
    messages = [{"role": "user", "content": said.content}, {"role": "assistant", "content": reply.content}]
    requests.post(MEMORIES, json={"user": "gil", "messages": messages}).raise_for_status()


graph = StateGraph(MessagesState).add_node(answer).add_node(remember)
graph = graph.add_edge(START, "answer").add_edge("answer", "remember").add_edge("remember", END).compile()
for line in sys.stdin:
    print(graph.invoke({"messages": [("user", line.strip())]})["messages"][-1].content)
