"""A list of things to do, kept in a database."""

from fasthtml.common import *
from fasthtml.pico import Card, Group


def render(todo):
    done = CheckboxX(
        bool(todo.done),
        todo.name,
        id=f"done-{todo.id}",
        hx_post=toggle.to(id=todo.id),
        hx_target=f"#todo-{todo.id}",
        hx_swap="outerHTML",
    )
    edit = AX("Edit", change.to(id=todo.id), f"todo-{todo.id}")
    remove = Button(
        "Delete", hx_delete=f"/todo/{todo.id}", hx_target=f"#todo-{todo.id}", hx_swap="outerHTML"
    )
    return Li(done, edit, " ", remove, id=f"todo-{todo.id}", cls="done" if todo.done else None)


app, rt, todos, Todo = fast_app(
    "data/todos.db",
    render=render,
    hdrs=[Style(".done { text-decoration: line-through }")],
    id=int,
    name=str,
    done=bool,
    pk="id",
)


def new_field(**kw):
    return Input(id="name", placeholder="What next?", required=True, **kw)


def left():
    n = len(todos(where="done = 0"))
    return P(f"{n} left", id="left", hx_swap_oob="true")


@rt
def index():
    add = Form(
        Group(new_field(), Button("Add")), hx_post=create, hx_target="#list", hx_swap="beforeend"
    )
    return Titled("Todos", Card(Ul(*todos(order_by="id"), id="list"), header=add, footer=left()))


@rt
def create(todo: Todo):
    todo.done = False
    return todos.insert(todo), new_field(hx_swap_oob="true"), left()


@rt
def toggle(id: int):
    todo = todos[id]
    todo.done = not todo.done
    return todos.update(todo), left()


@rt("/edit/{id}")
def change(id: int):
    form = Form(
        Hidden(id="id"), Input(id="name"), Button("Save"), hx_put="/todo", hx_target=f"#todo-{id}"
    )
    return fill_form(form, todos[id])


@rt("/todo")
def put(todo: Todo):
    return todos.update(todo), left()


@rt("/todo/{id}")
def delete(id: int):
    todos.delete(id)
    return left()


serve()
