namespace Cluster.Client.Commands;

/// <summary>Makes the commands that drive a server, each with the options that all of them have.</summary>
internal static class RemoteCommand
{
    /// <summary>A command that asks the server once and prints its answer, as JSON or for people.</summary>
    /// <param name="symbols">Its own arguments and options.</param>
    /// <param name="ask">Asks.</param>
    /// <param name="show">Prints the answer for people.</param>
    public static Command Create<T>(
        ClientContext context,
        string verb,
        string[] examples,
        Symbol[] symbols,
        Func<RemoteCall, Task<T>> ask,
        Action<RemoteCall, T> show)
        where T : IMessage => Create(context, verb, examples, symbols, async call =>
        {
            var answer = await ask(call);
            await call.ShowAsync(answer, () => show(call, answer));
            return ExitCode.Done;
        });

    /// <summary>A command that changes what it is given the name of, and prints its new state.</summary>
    /// <param name="name">The argument with the name.</param>
    /// <param name="parse">Checks the name.</param>
    /// <param name="change">Starts the call.</param>
    /// <param name="state">The new state in a line.</param>
    /// <param name="more">Further options.</param>
    public static Command Change<T>(
        ClientContext context,
        string verb,
        string[] examples,
        Argument<string> name,
        Func<string, string> parse,
        Func<RemoteCall, string, CallOptions, AsyncUnaryCall<T>> change,
        Func<T, string> state,
        Option[] more)
        where T : IMessage => Create(
            context,
            verb,
            examples,
            [name, .. more],
            call =>
            {
                string given = parse(call.Parsed.GetRequiredValue(name));
                return call.Server.CallAsync(options => change(call, given, options), call.Cancellation);
            },
            (call, changed) => CommandConsole.Line(call.Console, state(changed)));

    /// <summary>A command that does something with a server.</summary>
    /// <param name="symbols">Its own arguments and options.</param>
    /// <param name="run">Does it, and returns the exit code.</param>
    /// <param name="note">Text behind that of its verb in the help.</param>
    public static Command Create(
        ClientContext context,
        string verb,
        string[] examples,
        Symbol[] symbols,
        Func<RemoteCall, Task<int>> run,
        string note = "")
    {
        var remote = new RemoteOptions(context);
        var command = new Command(verb, CommandHelp.Describe(OtherVerbs.What(verb) + note, examples));
        foreach (var argument in symbols.OfType<Argument>())
        {
            command.Add(argument);
        }

        foreach (var option in symbols.OfType<Option>().Concat(remote.All))
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellation) => ClientErrors.RunAsync(parsed, async () =>
        {
            using var call = new RemoteCall(remote, parsed, cancellation);
            return await run(call);
        }));
        return command;
    }
}
