using Cluster.Contract.V1;
using Spectre.Console;
using JobFault = Cluster.Plans.JobFault;

namespace Cluster.Client.Watching;

/// <summary>
/// Follows a job on the command's output: a live table on a terminal, a line for each change elsewhere, or events as
/// JSON lines.
/// </summary>
internal sealed class WatchSession(ServerConnection server, InvocationConfiguration streams, bool isJson)
{
    private static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(3);

    /// <param name="after">The number of the last event to skip.</param>
    /// <returns>
    /// The code of its verdict if the job succeeded, interrupted if watching was; for a job that failed the code of its fault, as a local
    /// run has them.
    /// </returns>
    public async Task<int> RunAsync(string name, long after, CancellationToken cancellation)
    {
        try
        {
            var job = await server.GetJobAsync(name, cancellation);
            var console = CommandConsole.For(streams.Output);
            var state = new WatchState(job, server.Context.Time);
            if (isJson)
            {
                await foreach (var happened in new JobWatcher(server, Say).EventsAsync(name, after, cancellation))
                {
                    await JsonOutput.WriteLineAsync(streams.Output, happened);
                }
            }
            else if (console.Profile.Capabilities.Ansi)
            {
                await ShowAsync(console, state, name, after, cancellation);
            }
            else
            {
                await LogAsync(console, state, name, after, cancellation);
            }

            var end = await server.GetJobAsync(name, cancellation);
            if (!isJson)
            {
                JobReport.WriteEnd(console, end);
            }

            return end switch
            {
                { State: not JobState.Succeeded } => ExitCode.Of(SameNames.Find<JobFault>(end.FailsOn) ?? JobFault.Content),
                { Winner: { } winner } => ExitCode.Of(SameNames.Find<Coordinator.Results.VerdictKind>(winner.Verdict) ?? default),
                _ => ExitCode.Done,
            };
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Say($"stopped watching, the job goes on; watch it again with ./cluster watch {name}");
            return ExitCode.Interrupted;
        }
    }

    /// <summary>The live table.</summary>
    internal async Task ShowAsync(IAnsiConsole console, WatchState state, string name, long after, CancellationToken cancellation)
    {
        await console.Live(Draw(console, state)).AutoClear(true).Overflow(VerticalOverflow.Crop).StartAsync(async live =>
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var others = Task.WhenAll(
                RepeatAsync(Poll, () => AskAsync(state, name, stop.Token), stop.Token),
                RepeatAsync(Redraw, () => RefreshAsync(live, console, state), stop.Token));
            try
            {
                await foreach (var happened in new JobWatcher(server, state.Note).EventsAsync(name, after, cancellation))
                {
                    state.Apply(happened);
                }
            }
            finally
            {
                await stop.CancelAsync();
                await others;
            }
        });
    }

    private async Task LogAsync(IAnsiConsole console, WatchState state, string name, long after, CancellationToken cancellation)
    {
        await foreach (var happened in new JobWatcher(server, Say).EventsAsync(name, after, cancellation))
        {
            var news = state.Apply(happened);
            if (news.Warning is { } warning)
            {
                CommandConsole.Line(console, $"{Words.Time(happened.Time)}  warning: {warning}");
            }

            if (EventText.IsLogged(happened))
            {
                CommandConsole.Line(console, $"{Words.Time(happened.Time)}  {EventText.Of(happened)}");
            }
            else if (news.IsBetter)
            {
                var picture = state.Picture();
                CommandConsole.Line(
                    console,
                    $"{Words.Time(happened.Time)}  [{Words.Position(picture.Job.Progress)}] ETA {Figures.Clock(picture.Remaining)}  best "
                    + $"{Words.Best(picture.Job.Progress?.Best)}");
            }

            await streams.Output.FlushAsync(cancellation);
        }
    }

    private static Task RefreshAsync(LiveDisplayContext live, IAnsiConsole console, WatchState state)
    {
        live.UpdateTarget(Draw(console, state));
        return Task.CompletedTask;
    }

    private static Spectre.Console.Rendering.IRenderable Draw(IAnsiConsole console, WatchState state) =>
        WatchTable.Create(console, state.Picture(), DateTimeOffset.UtcNow);

    private async Task RepeatAsync(TimeSpan pause, Func<Task> body, CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await body();
                await Task.Delay(pause, server.Context.Time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The job, or the watching, has ended.
        }
    }

    // The event stream reports problems with the server; repeating them here would be noise.
    private async Task AskAsync(WatchState state, string name, CancellationToken cancellation)
    {
        try
        {
            state.Refresh(await server.GetJobAsync(name, cancellation));
            state.Refresh(await Pages.NodesAsync(server, cancellation));
        }
        catch (RemoteException)
        {
            state.Refresh((IReadOnlyList<Node>?)null);
        }
    }

    private void Say(string sentence) => streams.Error.WriteLine($"cluster: {VisibleText.Clean(sentence)}");
}
