namespace Cluster.Coordinator.Tests.Questions;

public sealed class JournalReplayTests
{
    [Theory]
    [InlineData(SearchGoal.Fastest)]
    [InlineData(SearchGoal.Accurate)]
    [InlineData(SearchGoal.Front)]
    public async Task Of_AnyJob_Agrees(SearchGoal goal)
    {
        var records = await RunAsync(options => options with { Goal = goal, LatencyBudgetMs = 6 });

        var report = JournalReplay.Of(records);

        report.Difference.ShouldBeNull();
        (report.Agrees, report.IsFinished, report.Record).ShouldBe((true, true, null));
        report.Rounds.ShouldBe(records.Count(record => record.Event is RoundProposed));
        report.Winner.ShouldBe(((JobCompleted)records[^1].Event).PlanDigest);
    }

    [Fact]
    public async Task Of_StoppedAndReconstructedJobs_Agree()
    {
        var rebuilt = await RunAsync(
            options => options with { Reconstruct = ReconstructionMode.Always, Iterations = 5, MaxDrop = 0.002 });
        rebuilt.ShouldContain(record => record.Event is StepCompleted);
        JournalReplay.Of(rebuilt).Agrees.ShouldBeTrue();
        var stopped = await RunAsync(options => options with { MaxMinutes = 0 });
        stopped.ShouldContain(record => record.Event is SearchStopped);
        JournalReplay.Of(stopped).Agrees.ShouldBeTrue();
    }

    [Fact]
    public async Task Of_EveryPrefix_AgreesSoFar()
    {
        var records = await RunAsync(options => options);
        for (var count = 1; count < records.Count; count++)
        {
            var report = JournalReplay.Of([.. records.Take(count)]);
            (report.Agrees, report.IsFinished).ShouldBe((true, false), $"{count} records");
        }
    }

    [Fact]
    public async Task Of_AnotherWinnerOrRound_NamesTheRecord()
    {
        var records = await RunAsync(options => options);
        var place = records.ToList().FindIndex(record => record.Event is WinnerSelected);
        var selected = (WinnerSelected)records[place].Event;
        var other = Plan.Baseline(selected.Plan.Target, selected.Plan.Groups.Select(group => group.Group));
        JournalRecord[] forged = [.. records.Take(place), records[place] with { Event = selected with { Plan = other } }];

        var report = JournalReplay.Of(forged);

        (report.Agrees, report.Record).ShouldBe((false, place));
        report.Difference.ShouldNotBeNull().ShouldContain($"plan {other.Digest[..12]}");

        // The same journal read by a job that asks otherwise: its second round is another one.
        var submitted = (JobSubmitted)records[0].Event;
        var spec = submitted.Spec.Choosing(options => options with { Methods = ["max"] });
        JournalRecord[] otherJob = [records[0] with { Event = submitted with { Spec = spec, JobId = spec.JobId } }, .. records.Skip(1)];
        var differs = JournalReplay.Of(otherJob);
        differs.Agrees.ShouldBeFalse();
        otherJob[(int)differs.Record!.Value].Event.ShouldBeOfType<RoundProposed>();
    }

    private static async Task<IReadOnlyList<JournalRecord>> RunAsync(Func<JobOptions, JobOptions> choose)
    {
        SyntheticNetwork network = Networks.Sensitive.Choosing(choose);
        var journal = new MemoryJournal();
        await Jobs.RunAsync(network, journal, options: new JobRunnerOptions { Time = new ManualTime() });
        return journal.Records;
    }
}
