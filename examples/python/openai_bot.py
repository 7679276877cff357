"""A bot that remembers, by the OpenAI client of the MemFuse SDK. Each line of input is a turn of one conversation."""

import os
import sys

from memfuse import MemFuse
from memfuse.llm import OpenAI

memory = MemFuse(base_url=os.environ.get("MEMFUSE_URL", "http://127.0.0.1:8000")).init(user="emil")
llm = OpenAI(memory=memory, base_url=os.environ.get("LLM_URL", "http://127.0.0.1:11434/v1"), api_key="none")
for line in sys.stdin:
    messages = [{"role": "user", "content": line.strip()}]
    print(llm.chat.completions.create(model="llama3.2", messages=messages).choices[0].message.content)
