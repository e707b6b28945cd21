using Spectre.Console;

namespace Cluster.Client.Commands;

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
