using Cluster.Coordinator;

namespace Cluster.Evaluation.Artefacts;

/// <summary>
/// Converts a Coordinator plan to a Kernels plan, and a network to a search space; nothing else does. Groups without an integer kernel need
/// no decision: they are not in the space and stay in FP32.
/// </summary>
/// <param name="formats">The formats that a search may choose besides FP32; null: INT8 only.</param>
/// <param name="offered">The formats that the target supports for this; null: <see cref="UsualFormats"/>.</param>
/// <param name="usesGpu">Whether the target computes on a GPU, where an LSTM stays in FP32.</param>
public sealed class PlanTranslator(
    GroupedGraph graph,
    string modelDigest,
    string target,
    IReadOnlyList<GroupFormat>? formats = null,
    IReadOnlyList<GroupFormat>? offered = null,
    bool usesGpu = false)
{
    private readonly IReadOnlyList<GroupFormat> _offered = offered ?? UsualFormats;

    /// <summary>The formats of a search for a GPU if none are requested: FP16 too, because it is also faster than FP32 there.</summary>
    public static IReadOnlyList<GroupFormat> GpuFormats { get; } = [GroupFormat.Int8, GroupFormat.Float16];

    /// <summary>
    /// Even in a mixed plan these run in ONNX Runtime's integer kernels on the processor; others would take those from their neighbours.
    /// </summary>
    public static IReadOnlyList<GroupFormat> UsualFormats { get; } =
        [GroupFormat.Int8, GroupFormat.Int8Safe, GroupFormat.Int8Tensor, GroupFormat.Integer(4, 8)];

    private static readonly string[] Roundings =
        [GroupDecision.Nearest, GroupDecision.WeightCorrection, "adaround", "brecq", "qdrop", "qat"];

    private readonly LayerGroup[] _decided = [.. graph.Groups.Where(group => group.CanQuantize && !(usesGpu && group.IsRecurrent))];

    /// <summary>The groups that a plan decides on, in a plan's order.</summary>
    public IReadOnlyList<LayerGroup> Decided => _decided;

    /// <summary>Whether the target has a format, and groups with most of the network's weights take it.</summary>
    internal bool Offers(GroupFormat format)
    {
        var weights = GraphSummary.Of(graph.Graph).Nodes.ToDictionary(node => node.Name, node => node.Parameters, StringComparer.Ordinal);
        long Of(IEnumerable<LayerGroup> groups) => groups.Sum(group => group.Nodes.Sum(node => (long)weights[node.Name]));
        return _offered.Contains(format) && 2 * Of(_decided.Where(group => IsFor(group, format))) > Of(_decided);
    }

    /// <summary>The decided groups that have weights, in the order of execution.</summary>
    public IEnumerable<LayerGroup> Weighted => _decided.Where(group => group.HasWeights);

    /// <summary>The settings of all groups of the network, in group order.</summary>
    /// <exception cref="JobException">See <see cref="Require"/>.</exception>
    internal IReadOnlyList<GroupDecision> Settings(Plan plan)
    {
        Require(plan);
        var settings = graph.Groups.Select(group => GroupDecision.Baseline(group.Name)).ToArray();
        for (int i = 0; i < _decided.Length; i++)
        {
            settings[_decided[i].Index] = plan.Groups[i];
        }

        return settings;
    }

    /// <summary>The first group whose weights were learned, if there is one.</summary>
    public static GroupDecision? FirstLearned(Plan plan) =>
        plan.Groups.FirstOrDefault(group => group.Format.IsCalibrated && group.Rounding != GroupDecision.Nearest);

    /// <exception cref="JobException">The target does not support one of the requested formats.</exception>
    internal SearchSpace Space()
    {
        if (formats?.Except(_offered).FirstOrDefault() is { } foreign)
        {
            throw new JobImpossibleException(
                $"{JobLimits.Formats.Name} has {foreign.Title} where the target '{target}' takes "
                + $"{string.Join(", ", _offered.Select(format => format.Title).Order(StringComparer.Ordinal))} in a search: leave it out.")
            {
                FailsOn = JobFault.Request,
            };
        }

        if (formats?.FirstOrDefault(format => !_decided.Any(group => IsFor(group, format))) is { } useless)
        {
            throw new JobImpossibleException(
                $"{JobLimits.Formats.Name} has {useless.Title}, which {Takers(useless)} can have, and this network has none: leave it out.")
            {
                FailsOn = JobFault.Request,
            };
        }

        var shapes = ShapeInference.Infer(graph.Graph, 1);
        var summaries = GraphSummary.Of(graph.Graph).Nodes.ToDictionary(node => node.Name, StringComparer.Ordinal);
        var groups = _decided.Select(group => new GroupInfo(
            group.Name,
            [.. group.Nodes.Select(node => node.OpType)],
            group.Nodes.Sum(node => summaries[node.Name].MultiplyAccumulates),
            group.Nodes.Sum(node => summaries[node.Name].Parameters),
            Describe(group, shapes),
            FloatMacs(group.Nodes.Where(graph.StaysInFloat)),
            formats?.Where(format => !IsFor(group, format)).ToArray() is { Length: > 0 } lacks ? lacks : null)).ToList();
        var undecided = graph.Groups.Except(_decided).SelectMany(group => group.Nodes);

        // The baseline, and the start of the search, is INT8 if it is among them.
        return new SearchSpace(
            modelDigest, groups, [.. Edges(shapes)], formats is null ? null : [.. _offered.Where(formats.Contains)],
            FloatMacs(undecided));

        long? FloatMacs(IEnumerable<GraphNode> nodes) =>
            nodes.Sum(node => summaries[node.Name].MultiplyAccumulates) is > 0 and var products ? products : null;
    }

    // What a plan names is a SHA-256: it comes from a file that anybody may have edited.
    private static bool IsKnown(GroupDecision decision) => decision.Rounding is not null
        && Roundings.Contains(decision.RoundingMethod)
        && (decision.Repair is not { } digest || StoredArtefact.IsDigest(digest));

    private bool IsTaken(GroupFormat format) => PlanResolver.IsTaken(format)
        && (format.IsInteger || format.IsBaseline || _offered.Contains(format));

    private bool IsFor(LayerGroup group, GroupFormat format) =>
        !format.IsOfRuntime || RuntimePlacement.Takes(graph, group, format);

    private static string Takers(GroupFormat format) =>
        $"{(format == GroupFormat.Dynamic ? "MatMul, Gemm and LSTM" : format == GroupFormat.Int8Weights ? "layers" : "MatMul and Gemm")} "
        + "with constant weights";

    private static string Describe(LayerGroup group, IReadOnlyDictionary<string, long[]> shapes) =>
        $"{string.Join(" + ", group.Nodes.Select(node => node.OpType))} -> {string.Join('x', shapes[group.Nodes[^1].Output].Skip(1))}";

    private IEnumerable<GroupEdge> Edges(IReadOnlyDictionary<string, long[]> shapes)
    {
        var position = _decided.Select((group, index) => (group.Index, index)).ToDictionary(pair => pair.Index, pair => pair.index);
        var seen = new HashSet<(int, int, string)>();
        foreach (var node in graph.Groups.SelectMany(group => group.Nodes))
        {
            int to = position.GetValueOrDefault(graph.GroupOf(node), -1);
            foreach (string tensor in node.Inputs.Where(shapes.ContainsKey))
            {
                int from = position.GetValueOrDefault(graph.ProducerGroup(tensor), -1);
                if (!graph.Graph.Initializers.ContainsKey(tensor)
                    && graph.ProducerGroup(tensor) != graph.GroupOf(node)
                    && (from >= 0 || to >= 0)
                    && seen.Add((from, to < 0 ? _decided.Length : to, tensor)))
                {
                    yield return Edge(from, to < 0 ? _decided.Length : to, tensor);
                }
            }
        }

        int last = position.GetValueOrDefault(graph.ProducerGroup(graph.Output.Name), -1);
        if (last >= 0)
        {
            yield return Edge(last, _decided.Length, graph.Output.Name);
        }

        GroupEdge Edge(int from, int to, string tensor) =>
            new(from, to, tensor, shapes[tensor].Aggregate(1L, (product, size) => product * size));
    }

    /// <summary>Checks, before any work, that a plan fits this network and this target, with supported formats.</summary>
    /// <exception cref="JobException">It is not.</exception>
    public void Require(Plan plan)
    {
        if (plan.Target != target)
        {
            throw new InvalidPlanException(
                $"The plan is made for target '{plan.Target}' where '{target}' is expected: run the search for this target.");
        }

        for (int i = 0; i < Math.Max(_decided.Length, plan.Groups.Count); i++)
        {
            string wanted = i < _decided.Length ? _decided[i].Name : "(none)";
            string found = i < plan.Groups.Count ? plan.Groups[i].Group : "(none)";
            if (wanted != found)
            {
                throw new InvalidPlanException(
                    $"The plan's group {i + 1} is '{found}' where the network has '{wanted}': the plan belongs to another "
                    + "network, or its groups were reordered.");
            }
        }

        if (plan.Groups.FirstOrDefault(group => !IsTaken(group.Format)) is { } foreign)
        {
            string floats = string.Join(", ", _offered.Where(format => !format.IsCalibrated).Prepend(GroupFormat.Baseline));
            throw new InvalidPlanException(
                $"The plan runs group '{foreign.Group}' in {foreign.Format}, which the target '{target}' does not take: give it "
                + $"{floats}, or integers of 2 to 8 bits.");
        }

        if (_decided.Zip(plan.Groups).FirstOrDefault(pair => !IsFor(pair.First, pair.Second.Format)).Second is { } lacking)
        {
            throw new InvalidPlanException(
                $"The plan runs group '{lacking.Group}' in {lacking.Format}, which {Takers(lacking.Format)} can have, and it has none: "
                + $"give it {_offered[0]} or {GroupFormat.Baseline}.");
        }

        if (plan.Groups.FirstOrDefault(group => group.Format.IsCalibrated && !IsKnown(group)) is { } other)
        {
            throw new InvalidPlanException(
                $"The plan gives group '{other.Group}' the rounding '{other.Rounding}' where one of "
                + $"{string.Join(", ", Roundings)} is expected: correct the plan, or use the version of cluster that wrote it.");
        }
    }
}
