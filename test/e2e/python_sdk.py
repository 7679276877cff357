"""Drives the official Python SDK, unmodified, against a running server.

Prints one JSON line per check: client, name, ok, detail.

The same checks run through the synchronous and the asynchronous client. Nothing is imported but the SDK.
"""

import argparse
import asyncio
import inspect
import io
import json
import sys
import traceback
import warnings

warnings.simplefilter("ignore", DeprecationWarning)  # the SDK's own, for arguments that it no longer sends

from memfuse import AsyncMemFuse, MemFuse  # noqa: E402
from memfuse.utils import MemFuseHTTPError  # noqa: E402

UNICODE_NAME = "Zoë  Müller 李雷 🦊 שלום"
MESSAGE_KEYS = {"id", "session_id", "role", "content", "created_at", "updated_at"}
CHECKS = []


def check(sentence, *suites):
    """Registers a check for the suites named: `open` without keys, `tenant` with a tenant's key, `bound` with a user's."""

    def register(run):
        CHECKS.append((sentence, suites, run))
        return run

    return register


def same(actual, expected):
    assert actual == expected, f"expected {expected!r}, not {actual!r}"


async def settle(value):
    return await value if inspect.isawaitable(value) else value


async def refused(status, call):
    """The error that a call is refused with; fails when it is not, or with another status."""
    try:
        answer = await call
    except MemFuseHTTPError as error:
        same(error.status_code, status)
        assert error.response_data["status"] == "error", error.response_data
        assert error.response_data["message"] in str(error), str(error)
        return error
    raise AssertionError(f"expected a refusal with {status}, got {answer!r}")


class Sdk:
    """One of the two clients, under the calls that both have."""

    def __init__(self, kind, url, key, name):
        self.kind, self.url, self.name = kind, url, name
        self.client = (MemFuse if kind == "sync" else AsyncMemFuse)(base_url=url, api_key=key)

    def unlike(self, key):
        """The same kind of client with another key."""
        return Sdk(self.kind, self.url, key, self.name)

    async def call(self, api, verb, *args, **kwargs):
        method = getattr(getattr(self.client, api), f"{verb}_sync" if self.kind == "sync" else verb)
        return await settle(method(*args, **kwargs))

    async def init(self, user=None, agent=None, session=None):
        return await settle(self.client.init(user=user or self.name, agent=agent, session=session))

    async def remember(self, memory, verb, *args, **kwargs):
        return await settle(getattr(memory, verb)(*args, **kwargs))

    async def at_once(self, calls):
        """Runs calls at the same time: each in a thread of its own for the client that blocks."""
        if self.kind == "sync":
            return await asyncio.gather(*(asyncio.to_thread(call) for call in calls))
        return await asyncio.gather(*(call() for call in calls))

    async def close(self):
        await settle(self.client.close())


def turns(*contents):
    return [{"role": "user" if i % 2 == 0 else "assistant", "content": content} for i, content in enumerate(contents)]


async def listed(sdk, memory, **parameters):
    answer = await sdk.remember(memory, "list_messages", **parameters)
    return answer["data"]["messages"]


def contents(messages):
    return [message["content"] for message in messages]


# --- init ---------------------------------------------------------------------------------------------------------


@check("init makes a user, the default agent and a session with a name", "open", "tenant")
async def _(sdk):
    memory = await sdk.init()
    for value in (memory.user_id, memory.agent_id, memory.session_id, memory.session):
        assert isinstance(value, str) and value, repr(value)
    same((memory.user, memory.agent), (sdk.name, "agent_default"))
    user = (await sdk.call("users", "get", memory.user_id))["data"]["user"]
    same((user["name"], user["description"]), (sdk.name, "User created by MemFuse client"))
    agent = (await sdk.call("agents", "get", memory.agent_id))["data"]["agent"]
    same(agent["name"], "agent_default")
    session = (await sdk.call("sessions", "get", memory.session_id))["data"]["session"]
    same((session["name"], session["user_id"], session["agent_id"]), (memory.session, memory.user_id, memory.agent_id))


@check("init finds the user and the agent again, and opens another session each time", "open", "tenant")
async def _(sdk):
    one, other = await sdk.init(agent="helper"), await sdk.init(agent="helper")
    same((one.user_id, one.agent_id), (other.user_id, other.agent_id))
    assert one.session_id != other.session_id
    assert one.session != other.session


@check("init with the name of a session makes it once and finds it again", "open", "tenant")
async def _(sdk):
    one, other = await sdk.init(session="a trip"), await sdk.init(session="a trip")
    same((one.session_id, one.session), (other.session_id, "a trip"))
    stranger = await sdk.init(user=f"{sdk.name} two", session="a trip")
    assert stranger.session_id != one.session_id


@check("names with blanks, accents, other scripts and emoji are found again", "open", "tenant")
async def _(sdk):
    user, session = f"{sdk.name} {UNICODE_NAME}", f"talk {UNICODE_NAME}"
    # The client that blocks writes the agent's name into a header, which carries latin-1 at the most.
    agent = "agent Zoë Müller" if sdk.kind == "sync" else f"agent {UNICODE_NAME}"
    one, other = await sdk.init(user, agent, session), await sdk.init(user, agent, session)
    same((one.user_id, one.agent_id, one.session_id), (other.user_id, other.agent_id, other.session_id))
    found = (await sdk.call("users", "get_by_name", user))["data"]["users"]
    same([record["name"] for record in found], [user])
    found = (await sdk.call("sessions", "get_by_name", session, user_id=one.user_id))["data"]["sessions"]
    same([record["name"] for record in found], [session])
    agent = f"{sdk.name} {UNICODE_NAME}"
    await sdk.call("agents", "create", name=agent)
    found = (await sdk.call("agents", "get_by_name", agent))["data"]["agents"]
    same([record["name"] for record in found], [agent])


@check("init says nothing of versions that do not match", "open")
async def _(sdk):
    before = sys.stdout.getvalue()
    await sdk.init()
    same(sys.stdout.getvalue(), before)


@check("twelve inits of one user at once agree on user and agent", "open", "tenant")
async def _(sdk):
    await sdk.init()
    made = await sdk.at_once([lambda: sdk.client.init(user=sdk.name, agent="shared")] * 12)
    same(len({(memory.user_id, memory.agent_id) for memory in made}), 1)
    same(len({memory.session_id for memory in made}), 12)


# --- messages -----------------------------------------------------------------------------------------------------


@check("memory.add answers the ids of the messages in order", "open", "tenant")
async def _(sdk):
    memory = await sdk.init()
    answer = await sdk.remember(memory, "add", turns("My dog is Rex.", "Hello Rex!", "He fears thunder."))
    same((answer["status"], answer["code"], answer["message"]), ("success", 201, "Messages added successfully"))
    ids = answer["data"]["message_ids"]
    same(len(set(ids)), 3)
    read = (await sdk.remember(memory, "read", ids))["data"]["messages"]
    same(contents(read), ["My dog is Rex.", "Hello Rex!", "He fears thunder."])
    same([message["id"] for message in read], ids)


@check("memory.add takes metadata, no messages at all, and any text", "open", "tenant")
async def _(sdk):
    memory = await sdk.init()
    spoken = {"role": "user", "content": "tab\tline\n\0 null 🦊 שלום ", "metadata": {"source": "mail", "n": 1}}
    answer = await sdk.remember(memory, "add", [spoken])
    read = (await sdk.remember(memory, "read", answer["data"]["message_ids"]))["data"]["messages"]
    same(contents(read), [spoken["content"]])
    same((await sdk.remember(memory, "add", []))["data"]["message_ids"], [])


@check("memory.add refuses a role that is none and content that is empty with 422", "open", "tenant")
async def _(sdk):
    memory = await sdk.init()
    await refused(422, sdk.remember(memory, "add", [{"role": "robot", "content": "beep"}]))
    await refused(422, sdk.remember(memory, "add", [{"role": "user", "content": ""}]))
    await refused(422, sdk.remember(memory, "add", [{"role": "user", "content": "kept?"}, {"role": "user"}]))
    same(await listed(sdk, memory), [])


@check("list_messages gives rows of the six keys, newest first, twenty of them", "open", "tenant")
async def _(sdk):
    memory = await sdk.init()
    said = [f"turn {i}" for i in range(25)]
    for i in range(0, 25, 5):
        await sdk.remember(memory, "add", turns(*said[i : i + 5]))
    rows = await listed(sdk, memory)
    same(contents(rows), said[::-1][:20])
    for row in rows:
        same(set(row), MESSAGE_KEYS)
        assert all(isinstance(value, str) for value in row.values()), row
        same(row["session_id"], memory.session_id)
    same(contents(await listed(sdk, memory, limit=None)), said[::-1][:20])


@check("list_messages obeys limit, sort_by and order", "open", "tenant")
async def _(sdk):
    memory = await sdk.init()
    said = [f"turn {i}" for i in range(7)]
    ids = (await sdk.remember(memory, "add", turns(*said)))["data"]["message_ids"]
    same(contents(await listed(sdk, memory, limit=3)), said[::-1][:3])
    same(contents(await listed(sdk, memory, limit=3, order="asc")), said[:3])
    same(contents(await listed(sdk, memory, limit=500, order="asc")), said)
    by_id = [row["id"] for row in await listed(sdk, memory, sort_by="id", order="asc")]
    same(by_id, sorted(ids))
    by_id = [row["id"] for row in await listed(sdk, memory, sort_by="id", order="desc")]
    same(by_id, sorted(ids, reverse=True))
    times = [row["created_at"] for row in await listed(sdk, memory, sort_by="timestamp", order="asc")]
    same(times, sorted(times))
    same(contents(await listed(sdk, memory, sort_by=None, order=None)), said[::-1])


@check("list_messages with buffer_only true and false are two halves of the whole", "open", "tenant")
async def _(sdk):
    memory = await sdk.init()
    said = [f"turn {i}" for i in range(12)]
    for content in said:
        await sdk.remember(memory, "add", turns(content))
    # The background files rounds while we look: halves belong together when nothing moved between the two looks.
    buffered, rest, after = None, [], []
    while buffered is None or buffered != after:
        buffered = contents(await listed(sdk, memory, buffer_only=True))
        rest = contents(await listed(sdk, memory, buffer_only=False))
        after = contents(await listed(sdk, memory, buffer_only=True))
    same(buffered + rest, said[::-1])
    same(contents(await listed(sdk, memory, buffer_only=None)), said[::-1])


@check("list_messages refuses parameters that make no sense with 400", "open", "tenant")
async def _(sdk):
    memory = await sdk.init()
    for parameters in ({"limit": 0}, {"limit": "many"}, {"sort_by": "mood"}, {"order": "DESC"}, {"buffer_only": "yes"}):
        await refused(400, sdk.remember(memory, "list_messages", **parameters))


@check("memory.read gives messages in the order asked for, and 404 with the names of those that are missing", "open", "tenant")
async def _(sdk):
    memory, other = await sdk.init(), await sdk.init()
    ids = (await sdk.remember(memory, "add", turns("one", "two")))["data"]["message_ids"]
    read = (await sdk.remember(memory, "read", ids[::-1]))["data"]["messages"]
    same(contents(read), ["two", "one"])
    error = await refused(404, sdk.remember(memory, "read", [ids[0], "nobody"]))
    assert "nobody" in error.response_data["errors"][0]["message"], error.response_data
    await refused(404, sdk.remember(other, "read", ids))


@check("memory.update changes messages, all or none", "open", "tenant")
async def _(sdk):
    memory = await sdk.init()
    ids = (await sdk.remember(memory, "add", turns("one", "two")))["data"]["message_ids"]
    answer = await sdk.remember(memory, "update", ids, turns("uno", "due"))
    same(answer["data"]["message_ids"], ids)
    same(contents(await listed(sdk, memory, order="asc")), ["uno", "due"])
    await refused(404, sdk.remember(memory, "update", [ids[0], "nobody"], turns("ein", "zwei")))
    await refused(400, sdk.remember(memory, "update", ids, turns("only one")))
    same(contents(await listed(sdk, memory, order="asc")), ["uno", "due"])


@check("memory.delete removes messages, all or none", "open", "tenant")
async def _(sdk):
    memory = await sdk.init()
    ids = (await sdk.remember(memory, "add", turns("one", "two", "three")))["data"]["message_ids"]
    await refused(404, sdk.remember(memory, "delete", [ids[0], "nobody"]))
    same((await sdk.remember(memory, "delete", ids[:2]))["data"]["message_ids"], ids[:2])
    same(contents(await listed(sdk, memory)), ["three"])
    await refused(404, sdk.remember(memory, "delete", ids[:1]))
    same((await sdk.remember(memory, "delete", []))["data"]["message_ids"], [])


@check("sessions.add_messages and its sisters reach the same messages", "open", "tenant")
async def _(sdk):
    memory = await sdk.init()
    session = memory.session_id
    ids = (await sdk.call("sessions", "add_messages", session, turns("one", "two")))["data"]["message_ids"]
    read = (await sdk.call("sessions", "read_messages", session, ids))["data"]["messages"]
    same(contents(read), ["one", "two"])
    await sdk.call("sessions", "update_messages", session, ids[:1], turns("uno"))
    await sdk.call("sessions", "delete_messages", session, ids[1:])
    same(contents(await listed(sdk, memory)), ["uno"])
    await refused(404, sdk.call("sessions", "add_messages", "nowhere", turns("lost")))


@check("twelve adds at once on one session are all listed, each batch whole and in order", "open", "tenant")
async def _(sdk):
    memory = await sdk.init()
    batches = [[f"{i} first", f"{i} second", f"{i} third"] for i in range(12)]
    answers = await sdk.at_once([lambda batch=batch: memory.add(turns(*batch)) for batch in batches])
    rows = await listed(sdk, memory, limit=100, order="asc")
    said = contents(rows)
    same(len(said), 36)
    same(sorted(said[i : i + 3] for i in range(0, 36, 3)), sorted(batches))
    acknowledged = sorted(answer["data"]["message_ids"] for answer in answers)
    ids = [row["id"] for row in rows]
    same(sorted(ids[i : i + 3] for i in range(0, 36, 3)), acknowledged)


# --- knowledge ----------------------------------------------------------------------------------------------------


@check("knowledge is added, read, changed, listed and deleted", "open", "tenant")
async def _(sdk):
    memory = await sdk.init()
    answer = await sdk.remember(memory, "add_knowledge", ["Rex is a dog.", "Rex is brown."])
    ids = answer["data"]["knowledge_ids"]
    same((answer["code"], len(ids)), (201, 2))
    read = (await sdk.remember(memory, "read_knowledge", [ids[1], "nobody", ids[0]]))["data"]["knowledge"]
    same(contents(read), ["Rex is brown.", "Rex is a dog."])
    same(set(read[0]), {"id", "user_id", "content", "created_at", "updated_at"})
    changed = (await sdk.remember(memory, "update_knowledge", ids[:1], ["Rex is a cat."]))["data"]["knowledge_ids"]
    same(changed, ids[:1])
    known = (await sdk.call("knowledge", "list", memory.user_id))["data"]["knowledge"]
    same(contents(known), ["Rex is a cat.", "Rex is brown."])
    deleted = (await sdk.remember(memory, "delete_knowledge", [ids[0], "nobody"]))["data"]["knowledge_ids"]
    same(deleted, ids[:1])
    known = (await sdk.call("knowledge", "list", memory.user_id))["data"]["knowledge"]
    same(contents(known), ["Rex is brown."])


@check("knowledge of a user that does not exist is 404 on every call", "open", "tenant")
async def _(sdk):
    await refused(404, sdk.call("knowledge", "list", "nobody"))
    await refused(404, sdk.call("knowledge", "add", "nobody", ["x"]))
    await refused(404, sdk.call("knowledge", "read", "nobody", ["x"]))
    await refused(404, sdk.call("knowledge", "update", "nobody", ["x"], ["y"]))
    await refused(404, sdk.call("knowledge", "delete", "nobody", ["x"]))


# --- query --------------------------------------------------------------------------------------------------------


@check("memory.query finds what was just said, best first, with what the SDK's prompts need", "open", "tenant")
async def _(sdk):
    memory = await sdk.init()
    said = turns("My dog Rex is afraid of thunder.", "Poor Rex!", "I like pasta.", "Noted.")
    ids = (await sdk.remember(memory, "add", said))["data"]["message_ids"]
    known = await sdk.remember(memory, "add_knowledge", ["Thunder follows lightning."])
    data = (await sdk.remember(memory, "query", "What is my dog afraid of?"))["data"]
    same(data["total"], len(data["results"]))
    best = data["results"][0]
    same((best["id"], best["type"], best["role"], best["content"]), (ids[0], "message", "user", said[0]["content"]))
    same((best["metadata"]["user_id"], best["metadata"]["scope"]), (memory.user_id, None))
    scores = [result["score"] for result in data["results"]]
    same(scores, sorted(scores, reverse=True))
    assert all(0 <= score <= 1 for score in scores), scores
    data = (await sdk.remember(memory, "query", "thunder and lightning", metadata={"task": "chat"}))["data"]
    found = {result["id"]: result for result in data["results"]}
    same(found[known["data"]["knowledge_ids"][0]]["type"], "knowledge")


@check("memory.query obeys top_k", "open", "tenant")
async def _(sdk):
    memory = await sdk.init()
    await sdk.remember(memory, "add", turns(*(f"Apples, number {i}" for i in range(9))))
    for wanted, expected in ((None, 5), (3, 3), (50, 9), (0, 0), (-1, 0)):
        parameters = {} if wanted is None else {"top_k": wanted}
        same(len((await sdk.remember(memory, "query", "apples", **parameters))["data"]["results"]), expected)
    await refused(422, sdk.remember(memory, "query", "apples", top_k="many"))


@check("memory.query_session tells this session's results from the others' and leaves other agents out", "open", "tenant")
async def _(sdk):
    here, there = await sdk.init(), await sdk.init()
    elsewhere = await sdk.init(agent="another")
    for memory in (here, there, elsewhere):
        await sdk.remember(memory, "add", turns("The passport is in the drawer."))
    results = (await sdk.remember(here, "query_session", "Where is the passport?"))["data"]["results"]
    scopes = {result["metadata"]["session_id"]: result["metadata"]["scope"] for result in results}
    same(scopes, {here.session_id: "in_session", there.session_id: "cross_session"})


@check("any text is a question", "open", "tenant")
async def _(sdk):
    memory = await sdk.init()
    await sdk.remember(memory, "add", turns("Nothing to see."))
    for question in ("", "?", "🦊", "\0", "' OR 1=1 --", "the of and", "x" * 20_000, "记忆", "User: hi\\nAssistant: yo\\n"):
        answer = await sdk.remember(memory, "query", question)
        same(answer["status"], "success")


@check("a query about a user, session or agent that is not there is 404", "open", "tenant")
async def _(sdk):
    memory = await sdk.init()
    stranger = await sdk.init(user=f"{sdk.name} two")
    await refused(404, sdk.call("users", "query", "nobody", "hello"))
    await refused(404, sdk.remember(memory, "query", "hello", session_id="nowhere"))
    await refused(404, sdk.remember(memory, "query", "hello", session_id=stranger.session_id))
    await refused(404, sdk.remember(memory, "query", "hello", agent_id="nobody"))


# --- users, agents, sessions --------------------------------------------------------------------------------------


async def lifecycle(sdk, api, one, many):
    """What users and agents have in common. Returns the id of one that is still there."""
    name = f"{sdk.name} {one}"
    made = (await sdk.call(api, "create", name=name, description="first"))["data"][one]
    same((made["name"], made["description"]), (name, "first"))
    same(set(made), {"id", "name", "description", "created_at", "updated_at"})
    same((await sdk.call(api, "get", made["id"]))["data"][one], made)
    same((await sdk.call(api, "get_by_name", name))["data"][many], [made])
    assert made in (await sdk.call(api, "list"))["data"][many]
    error = await refused(400, sdk.call(api, "create", name=name))
    assert "already exists" in str(error), str(error)
    await refused(422, sdk.call(api, "create", name=""))
    renamed = (await sdk.call(api, "update", made["id"], name=f"{name} renamed"))["data"][one]
    same((renamed["name"], renamed["description"]), (f"{name} renamed", "first"))
    described = (await sdk.call(api, "update", made["id"], description="second"))["data"][one]
    same((described["name"], described["description"]), (f"{name} renamed", "second"))
    await refused(404, sdk.call(api, "get_by_name", name))
    await refused(404, sdk.call(api, "get", "nobody"))
    await refused(404, sdk.call(api, "update", "nobody", name=f"{name} lost"))
    await refused(404, sdk.call(api, "delete", "nobody"))
    return made["id"]


@check("users are created, found, changed and refused", "open", "tenant")
async def _(sdk):
    await lifecycle(sdk, "users", "user", "users")


@check("deleting a user answers 204, on which the client that blocks fails and the other gives None", "open", "tenant")
async def _(sdk):
    memory = await sdk.init()
    await sdk.remember(memory, "add", turns("Forget me."))
    if sdk.kind == "async":
        same(await sdk.call("users", "delete", memory.user_id), None)
    else:
        # It parses the empty body, as it does with every server that keeps to the contract.
        try:
            await sdk.call("users", "delete", memory.user_id)
            raise AssertionError("expected a ValueError")
        except ValueError:
            pass
    await refused(404, sdk.call("users", "get", memory.user_id))
    await refused(404, sdk.call("sessions", "get", memory.session_id))
    await refused(404, sdk.remember(memory, "list_messages"))
    await refused(404, sdk.remember(memory, "query", "Who?"))


@check("agents are created, found, changed, refused and deleted with their sessions", "open", "tenant")
async def _(sdk):
    agent_id = await lifecycle(sdk, "agents", "agent", "agents")
    memory = await sdk.init()
    session = (await sdk.call("sessions", "create", memory.user_id, agent_id))["data"]["session"]
    same((await sdk.call("agents", "delete", agent_id))["data"], {"agent_id": agent_id})
    await refused(404, sdk.call("agents", "get", agent_id))
    await refused(404, sdk.call("sessions", "get", session["id"]))


@check("an agent created twice with one Idempotency-Key is one agent", "open", "tenant")
async def _(sdk):
    parameters = {"name": f"{sdk.name} once", "idempotency_key": f"once:{sdk.name}"}
    one = await sdk.call("agents", "create", **parameters)
    other = await sdk.call("agents", "create", **parameters)
    same(one["data"], other["data"])


@check("sessions are created, found, listed, renamed and deleted", "open", "tenant")
async def _(sdk):
    memory = await sdk.init(session="base")
    user_id, agent_id = memory.user_id, memory.agent_id
    made = (await sdk.call("sessions", "create", user_id, agent_id, name="a trip"))["data"]["session"]
    same(set(made), {"id", "user_id", "agent_id", "name", "created_at", "updated_at"})
    unnamed = (await sdk.call("sessions", "create", user_id, agent_id))["data"]["session"]
    assert unnamed["name"]
    same((await sdk.call("sessions", "get", made["id"]))["data"]["session"], made)
    same((await sdk.call("sessions", "get_by_name", "a trip", user_id=user_id))["data"]["sessions"], [made])
    assert (await sdk.call("sessions", "get_by_name", "a trip"))["data"]["sessions"][0]["name"] == "a trip"
    ids = [session["id"] for session in (await sdk.call("sessions", "list", user_id=user_id))["data"]["sessions"]]
    same(ids, [memory.session_id, made["id"], unnamed["id"]])
    both = (await sdk.call("sessions", "list", user_id=user_id, agent_id=agent_id))["data"]["sessions"]
    same([session["id"] for session in both], ids)
    assert made in (await sdk.call("sessions", "list"))["data"]["sessions"]
    assert made in (await sdk.call("sessions", "list", agent_id=agent_id))["data"]["sessions"]
    await refused(400, sdk.call("sessions", "create", user_id, agent_id, name="a trip"))
    await refused(404, sdk.call("sessions", "create", "nobody", agent_id))
    await refused(404, sdk.call("sessions", "create", user_id, "nobody"))
    await refused(404, sdk.call("sessions", "list", user_id="nobody"))
    await refused(404, sdk.call("sessions", "get_by_name", "nowhere", user_id=user_id))
    renamed = (await sdk.call("sessions", "update", made["id"], name="a journey"))["data"]["session"]
    same(renamed["name"], "a journey")
    same((await sdk.call("sessions", "update", made["id"]))["data"]["session"]["name"], "a journey")
    same((await sdk.call("sessions", "delete", made["id"]))["data"], {"session_id": made["id"]})
    await refused(404, sdk.call("sessions", "get", made["id"]))
    await refused(404, sdk.call("sessions", "delete", made["id"]))


# --- API keys and health ------------------------------------------------------------------------------------------


@check("API keys are created, with options or without a body, listed hidden, and deleted", "open", "tenant")
async def _(sdk):
    user_id = (await sdk.init()).user_id
    bare = (await sdk.call("api_keys", "create", user_id))["data"]["api_key"]
    same((bare["user_id"], bare["expires_at"]), (user_id, None))
    assert len(bare["key"]) >= 32, "the key is shown once"
    options = {"name": "phone", "permissions": {"read": True}, "expires_at": "2099-01-01T00:00:00Z"}
    named = (await sdk.call("api_keys", "create", user_id, **options))["data"]["api_key"]
    same((named["name"], named["permissions"]["read"], named["permissions"]["write"]), ("phone", True, False))
    assert named["expires_at"].startswith("2099-01-01T00:00:00"), named
    own = (await sdk.call("api_keys", "create", user_id, key="a secret of my own, long enough " + sdk.name))["data"]
    assert own["api_key"]["key"].startswith("a secret of my own")
    known = (await sdk.call("api_keys", "list", user_id))["data"]["api_keys"]
    same([key["id"] for key in known], [bare["id"], named["id"], own["api_key"]["id"]])
    same({key["key"] for key in known}, {"********"})
    same((await sdk.call("api_keys", "delete", user_id, bare["id"]))["data"], {"key_id": bare["id"]})
    await refused(404, sdk.call("api_keys", "delete", user_id, bare["id"]))
    await refused(404, sdk.call("api_keys", "list", "nobody"))
    await refused(404, sdk.call("api_keys", "create", "nobody"))


@check("health is open, names the version and gives no secret away", "open", "tenant", "bound")
async def _(sdk):
    stranger = sdk.unlike("mf_wrong")
    answer = await stranger.call("health", "health_check")
    await stranger.close()
    same((answer["status"], answer["data"]["status"]), ("success", "ok"))
    assert isinstance(answer["data"]["version"], str), answer
    for secret in ("password", "api_key_hash", "mf_"):
        assert secret not in json.dumps(answer), answer


@check("without a key, or with a wrong one, init is refused with 401 and not taken for a dead server", "tenant")
async def _(sdk):
    for key in (None, "mf_wrong"):
        stranger = sdk.unlike(key)
        await refused(401, stranger.init())
        await stranger.close()


@check("a key made over the API works at once, for its user alone, and no longer when it is deleted", "tenant")
async def _(sdk):
    memory, other = await sdk.init(), await sdk.init(user=f"{sdk.name} two")
    made = (await sdk.call("api_keys", "create", memory.user_id))["data"]["api_key"]
    owner = sdk.unlike(made["key"])
    users = (await owner.call("users", "list"))["data"]["users"]
    same([user["id"] for user in users], [memory.user_id])
    await refused(404, owner.call("users", "get", other.user_id))
    await sdk.call("api_keys", "delete", memory.user_id, made["id"])
    await refused(401, owner.call("users", "list"))
    await owner.close()


@check("a user's key can init for its own user: default agent, named agent, new and named sessions", "bound")
async def _(sdk):
    memory = await sdk.init()
    same((memory.user, memory.agent), (sdk.name, "agent_default"))
    one, other = await sdk.init(session="mine"), await sdk.init(session="mine")
    same(one.session_id, other.session_id)
    same((await sdk.init(agent="helper")).user_id, memory.user_id)


@check("a user's key makes no agents: init with the name of a new one is refused with 403", "bound")
async def _(sdk):
    await refused(403, sdk.init(agent="never made"))


@check("a user's key stores, lists, finds and forgets", "bound")
async def _(sdk):
    memory = await sdk.init()
    ids = (await sdk.remember(memory, "add", turns("The spare key is under the mat.", "I see.")))["data"]["message_ids"]
    same(contents(await listed(sdk, memory, order="asc")), ["The spare key is under the mat.", "I see."])
    results = (await sdk.remember(memory, "query_session", "Where is the spare key?"))["data"]["results"]
    same(ids[0] in [result["id"] for result in results], True)
    await sdk.remember(memory, "update", ids[:1], turns("The spare key is gone."))
    await sdk.remember(memory, "delete", ids[1:])
    known = (await sdk.remember(memory, "add_knowledge", ["Locks need keys."]))["data"]["knowledge_ids"]
    same((await sdk.remember(memory, "delete_knowledge", known))["data"]["knowledge_ids"], known)


@check("a user's key sees nobody else", "bound")
async def _(sdk):
    users = (await sdk.call("users", "list"))["data"]["users"]
    same([user["name"] for user in users], [sdk.name])
    sessions = (await sdk.call("sessions", "list"))["data"]["sessions"]
    same({session["user_id"] for session in sessions} - {users[0]["id"]}, set())
    await refused(403, sdk.init(user="stranger"))
    await refused(403, sdk.call("users", "create", "somebody new"))


# --- the chat wrapper ---------------------------------------------------------------------------------------------


@check("a chat through the OpenAI wrapper is remembered, and each recent turn stands in the prompt once", "open")
async def _(sdk, llm_url):
    from memfuse.llm import AsyncOpenAI, OpenAI  # imports the clients of four vendors, which takes seconds

    memory = await sdk.init()
    kind = OpenAI if sdk.kind == "sync" else AsyncOpenAI
    chat = kind(memory=memory, base_url=llm_url, api_key="none")

    async def ask(text):
        request = {"model": "fake", "messages": [{"role": "user", "content": text}]}
        return (await settle(chat.chat.completions.create(**request))).choices[0].message.content

    # The stand-in for the language model answers with the prompt that it was given.
    await ask("My dog is Rex.")
    prompt = json.loads(await ask("What is he called?"))
    turns_of_prompt = [message["content"] for message in prompt if message["role"] == "user"]
    same(turns_of_prompt, ["My dog is Rex.", "What is he called?"])
    same(len(await listed(sdk, memory)), 4)


async def run_checks(client, options, lines):
    for number, (sentence, suites, run) in enumerate(CHECKS):
        if options.suite not in suites:
            continue
        sdk = Sdk(client, options.url, options.key, options.user or f"{client} {number}")
        detail = ""
        try:
            await (run(sdk, options.llm) if "llm_url" in inspect.signature(run).parameters else run(sdk))
        except Exception:  # whatever goes wrong in a check is that check's failure
            detail = traceback.format_exc()
        await sdk.close()
        line = {"client": client, "name": sentence, "ok": not detail, "detail": detail}
        print(json.dumps(line), file=lines, flush=True)


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--suite", choices=("open", "tenant", "bound"), required=True)
    parser.add_argument("--key")
    parser.add_argument("--user", help="the one user that the key sees, for the suite `bound`")
    parser.add_argument("--llm", help="an OpenAI-compatible endpoint, for the chat wrapper")
    options = parser.parse_args()
    lines, sys.stdout = sys.stdout, io.StringIO()  # what the SDK prints is looked at, not printed
    for client in ("sync", "async"):
        await run_checks(client, options, lines)


asyncio.run(main())
