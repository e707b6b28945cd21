using Cluster.Kernels.Correction;

namespace Cluster.Evaluation.Learning.Reconstruction;

/// <summary>
/// Runs a job's <see cref="RepairItem"/>: learns the roundings of all layers of a plan, or corrects their weights' mean and deviation, and
/// keeps those that lowered the loss of their layer, or of their block, for plans to choose from. Ranges stay the calibrators': a plan may
/// have other formats beside a group. No file is built and nothing is evaluated.
/// </summary>
internal sealed class RepairLearner(LazySetup lazy, LearningPlace place)
{
    /// <summary>Learns, or resumes after the layers that an earlier attempt finished.</summary>
    /// <exception cref="Networks.KernelException">The network or the images cannot be reconstructed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; finished layers are kept.</exception>
    public async Task<WorkResult> RunAsync(RepairItem item, Action<WorkStage> stage, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        var setup = lazy.Value;
        if (item.Method == RepairMethod.WeightCorrection)
        {
            return await CorrectAsync(item, began, cancellation);
        }

        stage(WorkStage.Waiting);
        using var alone = await place.LockAsync(item, cancellation);
        using var share = await MachineShare.TakeAsync(setup.Machine, cancellation);
        stage(WorkStage.Training);
        var learning = new RoundingOptions(lazy.Spec.Options, place);
        var method = RoundingLearner.Method(item.Method.Step());
        string name = method == ReconstructionMethod.AdaRound ? "repair" : $"repair/{item.Method}";
        var options = learning.Of(method, item.Iterations, name);
        options = method == ReconstructionMethod.Brecq ? options with { ActivationIterations = 0 } : options; // the weights' phase alone
        string title = $"repair by {item.Method.Title()}";
        place.Say($"{title} on {setup.Calibration.Images.Count} images, {FormatShares.Of(item.Plan)}");
        var result = await Task.Run(
            () => PlanReconstructor.Learn(
                setup,
                item.Plan,
                options,
                place.FolderOf(item),
                new BlockLines(title, place.Say),
                share,
                learning.HeldOutSeed,
                cancellation),
            cancellation);
        var layers = LearnedBlocks.Layers(setup.Network.Grouped, method);
        var blocks = result.Blocks.SelectMany(block => layers[block.Name], (block, layer) => (block, layer))
            .ToDictionary(one => one.layer, one => one.block, StringComparer.Ordinal);
        var kept = result.Blocks.Where(IsBetter).Select(block => block.Name).ToHashSet(StringComparer.Ordinal);
        RepairedGroup[] groups =
        [
            .. setup.Translator.Decided
                .Select(group => (
                    group.Name,
                    Blocks: group.Nodes.Where(node => blocks.ContainsKey(node.Name)).Select(node => blocks[node.Name])
                        .Distinct().ToArray()))
                .Where(group => group.Blocks.Any(IsBetter))
                .Select(group => new RepairedGroup(
                    group.Name,
                    group.Blocks.Sum(block => block.NearestLoss),
                    group.Blocks.Sum(block => IsBetter(block) ? block.LearnedLoss : block.NearestLoss))),
        ];
        string unit = method == ReconstructionMethod.AdaRound ? "layers" : "blocks";
        place.Say($"{title}: the loss of {kept.Count} of {result.Blocks.Count} {unit} fell");
        var roundings = LearnedBlocks.Only(setup.Network.Grouped, options, result.Parameters, kept);
        string? digest = groups.Length == 0
            ? null
            : await place.KeepAsync(new LearnedParameters { Weights = roundings.Weights }, cancellation);
        return new RepairResult(digest, groups, Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    private async Task<WorkResult> CorrectAsync(RepairItem item, long began, CancellationToken cancellation)
    {
        var setup = lazy.Value;
        var corrected = WeightMoments.Correct(setup.Resolver.Resolve(setup.Translator.Settings(item.Plan)), setup.Statistics);
        var better = corrected.Where(layer => layer.Value.After < layer.Value.Before).ToDictionary(StringComparer.Ordinal);
        RepairedGroup[] groups =
        [
            .. setup.Translator.Decided
                .Select(group => (
                    group.Name,
                    Layers: group.Nodes.Where(node => better.ContainsKey(node.Name)).Select(node => better[node.Name])))
                .Where(group => group.Layers.Any())
                .Select(group => new RepairedGroup(
                    group.Name, group.Layers.Sum(layer => layer.Before), group.Layers.Sum(layer => layer.After))),
        ];
        place.Say($"{item.Title}: {better.Count} of {corrected.Count} layers came nearer to FP32's mean and deviation");
        var weights = better.ToDictionary(layer => layer.Key, layer => layer.Value.Weights, StringComparer.Ordinal);
        string? digest = groups.Length == 0
            ? null
            : await place.KeepAsync(new LearnedParameters { Weights = weights }, cancellation);
        return new RepairResult(digest, groups, Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    private static bool IsBetter(BlockOutcome block) => block.Kept && block.LearnedLoss < block.NearestLoss;
}

/// <summary>Reports when a block begins, what is learned, and the remaining time. Called on the loop's own thread.</summary>
internal sealed class BlockLines(string method, Action<string> say) : IProgress<ReconstructionProgress>
{
    private int _block = -1;

    /// <summary>Blocks that an earlier run had finished; null until one begins.</summary>
    public int? Resumed { get; private set; }

    public void Report(ReconstructionProgress value)
    {
        if (value.Index == _block)
        {
            return;
        }

        Resumed ??= value.Index;
        string resumed = _block < 0 && value.Index > 0 ? $"resumes after {value.Index} finished blocks: " : string.Empty;
        _block = value.Index;
        string left = value is { Remaining: { } remaining, IterationsPerSecond: > 0 }
            ? $" ({value.IterationsPerSecond:F0} iterations a second; ETA {Figures.Clock(remaining)})"
            : string.Empty;
        say($"{method}: {resumed}block {value.Index + 1} of {value.Count}, {value.Block}{left}");
    }
}
