using System.Diagnostics;
using System.Globalization;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Running;
using Cluster.Coordinator.Search;
using Cluster.Plans;
using Cluster.Simulation;

namespace Cluster.Bench.Scale;

/// <summary>A job that lost its coordinator just before its last round, and what the next one does until it knows that round.</summary>
internal sealed class ResumeTrial(SyntheticNetwork network, JobOptions options)
{
    public const string Header =
        "| store | candidates | records | MB of them | write, s | read, s | fold, s | next decision, s | all, s | processor, s | MB held "
        + "| MB allocated |\n|---|---|---|---|---|---|---|---|---|---|---|---|";

    private const int Batch = 1000;

    private IReadOnlyList<JournalEvent> _events = [];
    private ProposedItem[] _next = [];

    /// <summary>Runs the job without a store.</summary>
    public async Task RecordAsync(CancellationToken cancellation)
    {
        var events = await DecisionCost.RecordAsync(network, options, cancellation);
        var last = events.Select((recorded, i) => (Round: recorded as RoundProposed, i)).Last(recorded => recorded.Round is not null);
        _events = [.. events.Take(last.i)];
        _next = [.. last.Round!.Items];
    }

    /// <summary>Stores its records and goes on from there; a row of the table.</summary>
    /// <exception cref="InvalidOperationException">What is decided next is not what was.</exception>
    public async Task<string> MeasureAsync(string name, IJobStore store, CancellationToken cancellation)
    {
        var spec = network.Spec with { Options = options };
        var entry = new JobEntry
        {
            Id = "resumed",
            CreatedAt = DateTimeOffset.UtcNow,
            Spec = spec,
            Space = network.Space,
            Inputs = new JobInputs { Model = "model", Calibration = new DataLocation("folder:/none") },
        };
        await store.AddAsync(entry, cancellation);
        var clock = Stopwatch.StartNew();
        await using (var written = await store.OpenJournalAsync(entry.Id, cancellation))
        {
            foreach (var batch in _events.Chunk(Batch))
            {
                await written.AppendAsync(batch, cancellation);
            }
        }

        var write = clock.Elapsed;
        var bytes = _events.Sum(recorded => (long)CanonicalJson.Serialize(recorded).Length);
        var held = GC.GetTotalMemory(forceFullCollection: true);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var processor = Environment.CpuUsage.TotalTime;

        clock.Restart();
        await using var stored = await store.OpenJournalAsync(entry.Id, cancellation);
        var read = clock.Elapsed;

        // What read it is still on the stack, and holds what it read.
        await Task.Yield();
        using var journal = new JobJournal(stored);
        var folded = clock.Elapsed;
        var strategy = DecisionCost.Of(options);
        var next = journal.Read(state => strategy.Next(state!));
        var all = clock.Elapsed;

        processor = Environment.CpuUsage.TotalTime - processor;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        held = GC.GetTotalMemory(forceFullCollection: true) - held;
        if (next is not ProposedRound round || !round.Items.SequenceEqual(_next.Select(item => item.Item)))
        {
            throw new InvalidOperationException("The next round is not that of the job that was not interrupted.");
        }

        GC.KeepAlive(strategy);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {options.BudgetEvaluations} | {stored.Records.Count} | {bytes / 1e6:0.0} | {write.TotalSeconds:0.00} "
            + $"| {read.TotalSeconds:0.00} | {(folded - read).TotalSeconds:0.00} | {(all - folded).TotalSeconds:0.00} "
            + $"| {all.TotalSeconds:0.00} | {processor.TotalSeconds:0.00} | {held / 1e6:0.0} | {allocated / 1e6:0.0} |");
    }
}
