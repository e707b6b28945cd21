using Cluster.Client.Watching;

namespace Cluster.Client.Tests.Watching;

public sealed class WatchTests : IAsyncLifetime
{
    private const int Count = 12;
    private FakeServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeServer.StartAsync();
        _server.State.Jobs.Add(Samples.Job("a"));
        _server.State.AddState(JobState.Running);
        _server.State.AddEvent(new JobEvent { RoundProposed = new RoundProposed { Round = 0, Purpose = "baselines", Items = 3 } });
        for (int number = 0; number < Count - 6; number++)
        {
            _server.State.AddEvent(new JobEvent { CandidateChanged = Samples.Candidate(number) });
        }

        _server.State.AddEvent(new JobEvent { CandidateChanged = Samples.Failed(9) });
        _server.State.AddEvent(new JobEvent { WinnerSelected = Samples.Winner() });
        _server.State.AddEvent(new JobEvent { ArtefactPublished = new Artefact { Role = "report.html", SizeBytes = 1_890_000 } });
        _server.State.AddState(JobState.Succeeded);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Watch_NoTerminal_IsALineForEachChange()
    {
        var run = await ClientRun.OfAsync(_server, "watch", "jobs/a");
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Lines.ShouldBe(
        [
            "2026-11-20 12:00:00Z  running",
            "2026-11-20 12:00:01Z  round 0: baselines (3 items)",
            .. Enumerable.Range(0, 6)
                .Select(number =>
                    $"2026-11-20 12:00:0{number + 2}Z  candidate {number}: top-1 59.75%, drop 0.13 points, 25.0 ms (1.24x) on nodes/one"),
            "2026-11-20 12:00:08Z  candidate 9 (1 of 2 groups quantized) failed: out of memory, needs 9 GB where 8 are allowed",
            "2026-11-20 12:00:09Z  winner: The fastest of 12 plans within 0.50 points.",
            "2026-11-20 12:00:10Z  published report.html (1.89 MB)",
            "2026-11-20 12:00:11Z  succeeded",
            "jobs/a succeeded",
            "Next: ./cluster fetch jobs/a",
        ]);
        run.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task Watch_UnclearTiming_SaysHowToTimeAgainAndEndsWithACodeOfItsOwn()
    {
        var winner = Samples.Winner();
        (winner.Kind, winner.Verdict) = (WinnerKind.Unclear, VerdictKind.Unclear);
        _server.State.Jobs[0].Winner = winner;

        var run = await ClientRun.OfAsync(_server, "watch", "jobs/a");

        run.Code.ShouldBe(ExitCode.Unclear, run.Error);
        run.Lines[^1].ShouldBe(
            "Next: submit it again when its node is idle, as a server times no finished job again; or ./cluster fetch jobs/a");
    }

    [Fact]
    public async Task Watch_NothingToDeploy_EndsWithACodeOfItsOwn()
    {
        var winner = Samples.Winner();
        (winner.Kind, winner.Verdict) = (WinnerKind.NothingFeasible, VerdictKind.NothingFasterAccurate);
        winner.Feasible = false;
        _server.State.Jobs[0].Winner = winner;

        (await ClientRun.OfAsync(_server, "watch", "jobs/a")).Code.ShouldBe(ExitCode.NothingFeasible);
    }

    [Fact]
    public async Task Watch_Json_IsAnEventALine()
    {
        var run = await ClientRun.OfAsync(_server, "watch", "a", "--json");
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        run.Lines.Select(JsonParser.Default.Parse<JobEvent>).ShouldBe(_server.State.Events);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    public async Task Watch_After_LeavesOutWhatWasSeen(int after)
    {
        var run = await ClientRun.OfAsync(_server, "watch", "a", "--json", "--after", $"{after}");
        Sequences(run).ShouldBe(Enumerable.Range(after + 1, Count - after).Select(number => (long)number));
    }

    [Theory]
    [InlineData(false, 3, 0, 0, 5, 1)]
    [InlineData(true, 3, 2, 5, 1, 4)]
    public async Task Watch_StreamBreaksAgainAndAgain_TellsEachEventOnce(bool repeats, params int[] breaks)
    {
        _server.State.RepeatsEvents = repeats;
        foreach (int count in breaks)
        {
            _server.State.WatchBreaks.Enqueue(count);
        }

        var run = await ClientRun.OfAsync(_server, "watch", "a", "--json");
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        Sequences(run).ShouldBe(Enumerable.Range(1, Count).Select(number => (long)number));
        run.Error.ShouldStartWith($"cluster: the server {_server.Address} is not available now (going down)");
        _server.State.Requests<WatchJobRequest>().Count().ShouldBe(breaks.Length + 1);
    }

    [Fact]
    public async Task Watch_ServerFallsSilent_IsTakenUpAgain()
    {
        _server.State.WatchSilences.Enqueue(4);
        var time = new InstantTime();
        var watching = ClientRun.OfAsync(_server, time, default, "watch", "a", "--json");
        await _server.State.Silent.Task;
        time.ExpireTimeouts();
        var run = await watching;
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        Sequences(run).ShouldBe(Enumerable.Range(1, Count).Select(number => (long)number));
        run.Error.ShouldContain("the server is silent; taking up again after event ");
    }

    [Fact]
    public async Task Watch_EventLeftOut_IsSaid()
    {
        _server.State.Events.RemoveRange(3, 2);
        var run = await ClientRun.OfAsync(_server, "watch", "a", "--json");
        run.Code.ShouldBe(ExitCode.Done);
        run.Error.ShouldBe("cluster: the server left out the events 4 to 5.\n");
    }

    [Fact]
    public async Task Watch_ServerGoneForGood_GivesUpAfterTenMinutes()
    {
        for (int i = 0; i < 200; i++)
        {
            _server.State.WatchBreaks.Enqueue(0);
        }

        var time = new InstantTime();
        var run = await ClientRun.OfAsync(_server, time, default, "watch", "a");
        run.Code.ShouldBe(ExitCode.Unavailable);
        run.Error.ShouldContain("for ten minutes now");
        time.GetTimestamp().ShouldBeInRange(TimeSpan.FromMinutes(10).Ticks, TimeSpan.FromMinutes(11).Ticks);
    }

    [Fact]
    public async Task Watch_ServerStopsAndIsAwayForAWhile_TakesUpAgain()
    {
        _server.State.WatchEnds.Enqueue(3);
        _server.State.WatchEnded = () => _server.State.Fail("GetJob", [.. Enumerable.Repeat(FakeState.Unavailable(), 11)]);
        var time = new InstantTime();
        var run = await ClientRun.OfAsync(_server, time, default, "watch", "a", "--json");
        run.Code.ShouldBe(ExitCode.Done, run.Error);
        Sequences(run).ShouldBe(Enumerable.Range(1, Count).Select(number => (long)number));
        run.Error.ShouldContain("is not available now (going down); trying again for a while.\n");
        run.Error.ShouldContain("cluster: the server ended the stream before the job's end; taking up again after event 3.\n");
        time.GetTimestamp().ShouldBeGreaterThan(TimeSpan.FromSeconds(30).Ticks);
    }

    [Fact]
    public async Task Watch_Refused_EndsAtOnce()
    {
        _server.State.Fail("WatchJob", FakeState.Error(StatusCode.OutOfRange, "SEQUENCE_BEYOND_END", "There are 12 events."));
        var run = await ClientRun.OfAsync(_server, "watch", "a", "--after", "99");
        run.Code.ShouldBe(ExitCode.Failed);
        run.Error.ShouldBe("cluster: There are 12 events (SEQUENCE_BEYOND_END).\n");
    }

    [Fact]
    public async Task Watch_Interrupted_SaysThatTheJobGoesOn()
    {
        _server.State.WatchSilences.Enqueue(4);
        using var interruption = new CancellationTokenSource();
        var watching = ClientRun.OfAsync(_server, new InstantTime(), interruption.Token, "watch", "a");
        await _server.State.Silent.Task;
        await interruption.CancelAsync();
        var run = await watching;
        run.Code.ShouldBe(ExitCode.Interrupted);
        run.Error.ShouldBe("cluster: stopped watching, the job goes on; watch it again with ./cluster watch jobs/a\n");
        _server.State.Requests<CancelJobRequest>().ShouldBeEmpty();
    }

    [Fact]
    public async Task Watch_HeartbeatsWithABetterCandidate_AreLoggedOnceEach()
    {
        var progress = new JobProgress { Done = 3, EstimatedLeft = 7, Best = Samples.Candidate(8) };
        _server.State.Events.InsertRange(2, [Heartbeat(2, progress), Heartbeat(2, progress)]);
        var run = await ClientRun.OfAsync(_server, "watch", "a");
        run.Lines.Count(line => line.Contains("best candidate 8", StringComparison.Ordinal)).ShouldBe(1);
        run.Output.ShouldContain("[3/~10] ETA --:--  best candidate 8: top-1 59.75%, drop 0.13 points, 25.0 ms (1.24x)");
    }

    [Fact]
    public async Task Watch_WarningOfTheData_IsLoggedOnceAndAtTheEnd()
    {
        const string Warning = "with labels minus 1 FP32 is right on 92 %";
        var progress = new JobProgress { Done = 3, Warning = Warning };
        _server.State.Events.InsertRange(2, [Heartbeat(2, progress), Heartbeat(2, progress)]);
        _server.State.Jobs[0].Progress.Warning = Warning;
        var run = await ClientRun.OfAsync(_server, "watch", "a");
        run.Lines.Count(line => line.Contains($"warning: {Warning}", StringComparison.Ordinal)).ShouldBe(2);
        (await ClientRun.OfAsync(_server, "show", "a")).Output.ShouldContain($"warning      {Warning}");
    }

    [Fact]
    public async Task EventsAsync_StreamDropsAtEveryPlace_NothingIsLostOrDoubled()
    {
        for (int at = 0; at <= Count; at++)
        {
            _server.State.WatchBreaks.Enqueue(at);
            using var connection = _server.Connect();
            var seen = new List<long>();
            await foreach (var happened in new JobWatcher(connection, _ => { }).EventsAsync("jobs/a", 0, default))
            {
                seen.Add(happened.Sequence);
            }

            seen.ShouldBe(Enumerable.Range(1, Count).Select(number => (long)number), $"dropped after {at}");
            _server.State.WatchBreaks.Clear();
        }
    }

    private static JobEvent Heartbeat(long sequence, JobProgress progress) =>
        new() { Sequence = sequence, Heartbeat = new Heartbeat { Progress = progress } };

    private static IEnumerable<long> Sequences(ClientRun run) =>
        run.Lines.Select(JsonParser.Default.Parse<JobEvent>).Select(happened => happened.Sequence);
}
