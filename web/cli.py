"""The `duka` command: its verbs, each in a module of `web/verbs`."""

import click

from web.verbs import (
    audit,
    backup,
    chat,
    check,
    db,
    demo,
    doctor,
    explain,
    graph,
    init,
    mail,
    people,
    sandbox,
    schema,
    serve,
    test,
    vocabulary,
    worker,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="duka", prog_name="duka")
def main() -> None:
    """Duka: a WhatsApp sales assistant whose conversation is one text file.

    \b
    Start here:
      duka demo            try it in the browser, nothing to set up
      duka init            begin a shop of your own, from five answers
      duka chat            talk to it in the terminal
      duka check           prove your flows.yaml
      duka test            play your written conversations
      duka doctor          what is missing to go live
      duka serve           open for business

    \b
    Every verb ends with 0: done and well; 1: it could not, or found
    something, said in one line; 2: it was called wrongly, see --help.
    """


for verb in (
    audit.audit,
    backup.backup,
    backup.restore,
    chat.chat,
    check.check,
    db.db,
    demo.demo,
    doctor.doctor,
    explain.explain,
    graph.graph,
    init.init,
    mail.mail_in,
    mail.mail_out,
    people.people,
    sandbox.sandbox,
    schema.schema,
    serve.serve,
    test.test,
    vocabulary.vocabulary,
    worker.worker,
):
    main.add_command(verb)
