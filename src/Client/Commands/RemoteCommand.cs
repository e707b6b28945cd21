using Cluster.Plans;
using Spectre.Console;

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

/// <summary>The endings of remote commands: a server's refusal has its own exit code.</summary>
internal static class ClientErrors
{
    public static Task<int> RunAsync(ParseResult parsed, Func<Task<int>> body) =>
        CommandEnds.RunAsync(body, parsed.InvocationConfiguration.Error, EndOf);

    private static CommandEnd? EndOf(Exception failure) => failure switch
    {
        RemoteException remote => new(remote.Message, remote.ExitCode),
        MissingDataException or FileNotFoundException or DirectoryNotFoundException => new(failure.Message, ExitCode.NotFound),
        DataSpecException => new(failure.Message, ExitCode.Failed),
        JobException job => new(job.Message, ExitCode.Of(job.FailsOn)),
        _ => null,
    };
}

/// <summary>One run of a remote command. Its server is connected to when it is first asked for.</summary>
internal sealed class RemoteCall(RemoteOptions remote, ParseResult parsed, CancellationToken cancellation) : IDisposable
{
    private ServerConnection? _server;

    public ParseResult Parsed => parsed;

    public CancellationToken Cancellation => cancellation;

    public InvocationConfiguration Streams => parsed.InvocationConfiguration;

    /// <summary>Whether the answer is printed as JSON.</summary>
    public bool IsJson { get; } = remote.IsJson(parsed);

    public IAnsiConsole Console => CommandConsole.For(Streams.Output);

    /// <inheritdoc cref="RemoteOptions.Connect"/>
    public ServerConnection Server => _server ??= remote.Connect(parsed, Say);

    /// <summary>Whether somebody watches the lines beside the answer, so that the last one may be overwritten.</summary>
    public bool IsErrorLive => StandardStreams.IsLive(Streams.Error);

    /// <summary>The full name of the job that was given.</summary>
    public string Job(Argument<string> job) => JobName.Parse(parsed.GetRequiredValue(job));

    /// <summary>Prints an answer, as JSON or for people.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="show">Prints it for people.</param>
    public async Task ShowAsync(IMessage answer, Action show)
    {
        if (IsJson)
        {
            await JsonOutput.WriteAsync(Streams.Output, answer);
        }
        else
        {
            show();
        }
    }

    /// <summary>Tells the user something beside the answer.</summary>
    public void Say(string sentence) => Streams.Error.WriteLine($"cluster: {VisibleText.Clean(sentence)}");

    public void Dispose() => _server?.Dispose();
}
