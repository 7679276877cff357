"""A bot that remembers, by LlamaIndex and plain HTTP: memory is what its engine retrieves from."""

import os
import sys

import requests
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, TextNode
from llama_index.llms.openai_like import OpenAILike

MEMORIES = os.environ.get("MEMFUSE_URL", "http://127.0.0.1:8000") + "/api/v1/memories"


class Recall(BaseRetriever):
    def _retrieve(self, query_bundle):
        body = {"user": "hana", "query": query_bundle.query_str}
        found = requests.post(f"{MEMORIES}/search", json=body).json()["data"]
        return [NodeWithScore(node=TextNode(text=each["content"]), score=each["score"]) for each in found["results"]]


base = os.environ.get("LLM_URL", "http://127.0.0.1:11434/v1")
llm = OpenAILike(model="llama3.2", api_base=base, api_key="none", is_chat_model=True)
bot = RetrieverQueryEngine.from_args(Recall(), llm=llm)
for line in sys.stdin:
    said = {"role": "user", "content": line.strip()}
    requests.post(MEMORIES, json={"user": "hana", "messages": [said]}).raise_for_status()
    print(bot.query(line.strip()))
