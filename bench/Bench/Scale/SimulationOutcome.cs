using System.Globalization;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Search;
using Cluster.Simulation;
using Cluster.Simulation.Rehearsals;

namespace Cluster.Bench.Scale;

/// <summary>What a rehearsal came to.</summary>
/// <param name="Nodes">How many.</param>
/// <param name="Candidates">Results of all jobs.</param>
/// <param name="Work">What the results take on healthy nodes, one after the other: the least that one node needs.</param>
/// <param name="Took">Virtual time to the last job's end.</param>
/// <param name="Attempts">Attempts begun.</param>
/// <param name="Least">Attempts of the job that had begun fewest when half of all had begun. Results would not tell: they are recorded in
/// the order of proposal.</param>
/// <param name="Most">Of the one that had most.</param>
/// <param name="Messages">Between silos.</param>
/// <param name="Processor">What it took of the processor, network, nodes and clock included.</param>
/// <param name="Winners">The winners, each once.</param>
internal sealed record SimulationOutcome(
    int Nodes,
    int Candidates,
    TimeSpan Work,
    TimeSpan Took,
    int Attempts,
    int Least,
    int Most,
    long Messages,
    TimeSpan Processor,
    IReadOnlyList<string> Winners)
{
    public const string Header =
        "| weather | nodes | results | one node's work, s | virtual s | attempts | a job's attempts at half: least | most | messages "
        + "| processor, s | winners |\n|---|---|---|---|---|---|---|---|---|---|---|";

    public string Row(string weather) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {weather} | {Nodes} | {Candidates} | {Work.TotalSeconds:0.0} | {Took.TotalSeconds:0.0} | {Attempts} | {Least} | {Most} "
        + $"| {Messages} | {Processor.TotalSeconds:0.0} | {string.Join(' ', Winners)} |");

    public static SimulationOutcome Of(
        SyntheticNetwork network, Weather weather, long seed, int nodes, IReadOnlyList<RehearsedJob> jobs, QuietPool pool)
    {
        var began = Environment.CpuUsage.TotalTime;
        var cluster = new ClusterRehearsal(network, weather, seed);
        var journals = cluster.Run(jobs, nodes, pool);
        var processor = Environment.CpuUsage.TotalTime - began;
        var begun = journals.SelectMany(Begun).Order().ToArray();
        var half = begun[begun.Length / 2];
        var shares = journals.Select(journal => Begun(journal).Count(at => at <= half)).ToArray();
        return new SimulationOutcome(
            nodes,
            journals.Sum(journal => journal.Count(record => record.Event is ItemCompleted)),
            TimeSpan.FromSeconds(journals.Sum(WorkOf)),
            cluster.Time.Elapsed,
            begun.Length,
            shares.Min(),
            shares.Max(),
            cluster.Network.Messages,
            processor,
            [.. journals.Select(Winner).Distinct()]);
    }

    private static IEnumerable<DateTimeOffset> Begun(IReadOnlyList<JournalRecord> journal) =>
        journal.Where(record => record.Event is AttemptStarted).Select(record => record.At);

    private static double WorkOf(IReadOnlyList<JournalRecord> journal)
    {
        var items = journal.Select(record => record.Event).OfType<RoundProposed>().SelectMany(round => round.Items);
        var ended = journal.Select(record => record.Event).OfType<ItemCompleted>().Select(result => result.Sequence).ToHashSet();
        return items.Where(item => ended.Contains(item.Sequence)).Sum(item => RehearsedNode.SecondsOf(item.Item));
    }

    private static string Winner(IReadOnlyList<JournalRecord> journal) =>
        JobState.Fold(journal.Select(record => record.Event))!.Winner?.Plan.Digest[..12] ?? "none";
}
