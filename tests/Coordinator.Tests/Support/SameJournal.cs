namespace Cluster.Coordinator.Tests.Support;

/// <summary>Runs a job again in other ways, each of which must take the decisions of a journal.</summary>
internal static class SameJournal
{
    /// <summary>By several workers at once, whose results come in another order.</summary>
    public static async Task WithWorkersAsync(SyntheticNetwork network, MemoryJournal whole, int workers)
    {
        var evaluator = new ShufflingEvaluator(network, workers, seed: (ulong)workers);
        var journal = new MemoryJournal(appended: evaluator.Appended);
        await Jobs.RunAsync(network, journal, evaluator, new JobRunnerOptions { Workers = workers });

        Jobs.Decisions(journal.Events).ShouldBe(Jobs.Decisions(whole.Events));
        string[] proposed = [.. journal.Proposed.Where(item => !item.IsExclusive).Select(item => item.Id)];
        (workers < 64 || !evaluator.Ended.SequenceEqual(proposed)).ShouldBeTrue("the order of arrival is another one");
    }

    /// <summary>Resumed from journals that end early.</summary>
    /// <param name="isStop">Whether to resume after so many of its events.</param>
    public static async Task FromStopsAsync(SyntheticNetwork network, MemoryJournal whole, Func<int, bool> isStop)
    {
        var text = Jobs.Decisions(whole.Events);
        foreach (var kept in Enumerable.Range(0, whole.Records.Count).Where(isStop))
        {
            var journal = new MemoryJournal(whole.Events.Take(kept));
            await Jobs.RunAsync(network, journal);

            Jobs.Decisions(journal.Events).ShouldBe(text);
        }
    }
}
