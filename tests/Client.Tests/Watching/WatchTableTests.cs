using System.CommandLine;
using Cluster.Client.Watching;
using Spectre.Console;

namespace Cluster.Client.Tests.Watching;

public sealed class WatchTableTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Create_RunningJob_ShowsEverything()
    {
        var state = new WatchState(Samples.Job("a"), new InstantTime());
        state.Refresh([Samples.Node("one", "jobs/a/candidates/8"), Samples.Node("two")]);
        state.Apply(new JobEvent { Sequence = 1, CandidateChanged = Samples.Failed(3) });
        state.Apply(new JobEvent { Sequence = 2, CandidateChanged = Samples.Candidate(4) });

        string text = Draw(state);

        text.ShouldContain("jobs/a  name of a");
        text.ShouldContain("running");
        text.ShouldContain("34/~52 evaluations, 03:00 elapsed");
        text.ShouldContain("01:12");
        text.ShouldContain("walk back");
        text.ShouldContain("candidate 7: top-1 59.75%, drop 0.13 points, 25.0 ms (1.24x)");
        text.ShouldContain("1 succeeded, 1 failed");
        text.ShouldContain("jobs/a/candidates/8");
        text.ShouldContain("idle");
        text.ShouldContain("candidate 3 (1 of 2 groups quantized) failed: out of memory");
    }

    [Fact]
    public void Create_NothingKnownYet_StillDraws()
    {
        string text = Draw(new WatchState(new Job { Name = "jobs/a", State = JobState.Queued }, new InstantTime()));
        text.ShouldContain("queued");
        text.ShouldContain("none yet");
        text.ShouldContain("nodes: not known now");
    }

    [Fact]
    public void Picture_TimePasses_TheEstimateRunsDownWhileTheJobRuns()
    {
        var time = new InstantTime();
        var state = new WatchState(Samples.Job("a"), time);
        _ = Task.Delay(TimeSpan.FromSeconds(30), time);
        state.Picture().Remaining.ShouldBe(TimeSpan.FromSeconds(42));
        state.Picture().Elapsed.ShouldBe(TimeSpan.FromSeconds(210));
        _ = Task.Delay(TimeSpan.FromSeconds(300), time);
        state.Picture().Remaining.ShouldBe(TimeSpan.Zero);
        state.Apply(new JobEvent { StateChanged = new JobStateChanged { State = JobState.Paused } });
        state.Picture().Remaining.ShouldBe(TimeSpan.FromSeconds(72));
    }

    [Fact]
    public void Apply_ManyEvents_TheLastFewAreShown()
    {
        var state = new WatchState(Samples.Job("a"), new InstantTime());
        for (int round = 0; round < 20; round++)
        {
            state.Apply(new JobEvent { RoundProposed = new RoundProposed { Round = round, Purpose = "\u001b[2J" } });
        }

        state.Picture().Last.Count.ShouldBe(6);
        state.Picture().Last[^1].ShouldContain("round 19");
        state.Picture().Last.ShouldAllBe(line => !line.Contains('\u001b', StringComparison.Ordinal));
    }

    [Fact]
    public async Task ShowAsync_Terminal_DrawsInPlaceUntilTheJobEnds()
    {
        await using var server = await FakeServer.StartAsync();
        server.State.Jobs.Add(Samples.Job("a"));
        server.State.AddState(JobState.Running);
        server.State.AddState(JobState.Succeeded);
        using var connection = server.Connect();
        using var output = new StringWriter();
        var console = TerminalConsole.Create(output, isTerminal: true, noColor: true);

        // The size of the machine's own terminal is none of the test's: .NET reads it with a race on first use.
        (console.Profile.Width, console.Profile.Height) = (120, 40);
        var session = new WatchSession(connection, new InvocationConfiguration { Output = output, Error = output }, isJson: false);

        await session.ShowAsync(console, new WatchState(server.State.Jobs[0], connection.Context.Time), "jobs/a", 0, default);

        output.ToString().ShouldContain("jobs/a");
        output.ToString().ShouldContain("\u001b[");
        output.ToString().ShouldNotContain("\u001b[3");
    }

    private static string Draw(WatchState state)
    {
        using var output = new StringWriter();
        var console = TerminalConsole.Create(output, isTerminal: true, noColor: true);
        console.Profile.Width = 120;
        console.Write(WatchTable.Create(console, state.Picture(), Now));
        return output.ToString();
    }
}
