using Cluster.Export.Forms;
using Cluster.Kernels.Correction;

namespace Cluster.Evaluation.Inputs;

/// <summary>An FP32 network: the user's file and its normalized graph.</summary>
public sealed class NetworkFile
{
    // Samples that show whether an output's size depends on what they hold, and rows beyond twice the most that they have.
    private const int SeenForCounts = 64;
    private const int SpareRows = 8;

    private readonly ModelGraph _file;

    private NetworkFile(
        string path,
        ModelFile content,
        ModelFile original,
        ModelGraph file,
        GroupedGraph normalised,
        ModelGraph overPixels,
        ChannelEqualization? equalization,
        bool isFast)
    {
        _file = file;
        Path = path;
        Content = content;
        Normalised = normalised.Graph;
        OverPixels = overPixels;
        Equalization = equalization;
        var changed = equalization?.Graph ?? overPixels;
        Grouped = changed == Normalised ? normalised : GroupFinder.Find(changed);

        // An LSTM in INT8 rounds all samples of a batch by one range: what is judged of a sample must not depend on others.
        bool isSingle = Normalised.TakesOneSample || Grouped.Groups.Any(group => group.IsRecurrent);
        ExecutionBatch = isSingle ? 1 : Inputs.ExecutionBatch.Of(Grouped.Graph);
        Original = new OriginalFile(original, (int?)Normalised.FixedBatch);
        var fast = isFast ? FastForms.OfFloats(Normalised) : new FastFile(Normalised, []);
        Float32Model = Normalised is { FixedBatch: null, ListsConstants: false, Widened: null } && fast.Forms.Count == 0
            ? original
            : OnnxWriter.Write(fast.File);
    }

    /// <summary>The file as it was named.</summary>
    public string Path { get; }

    /// <summary>The normalised graph, before any requested change.</summary>
    internal ModelGraph Normalised { get; }

    /// <summary>The same with a first layer that reads pixels, where files are to take those (<see cref="PixelStem"/>).</summary>
    private ModelGraph OverPixels { get; }

    /// <summary>What files take instead of floats; null: floats.</summary>
    internal PixelInput? Pixels => OverPixels.Pixels;

    /// <summary>The result of equalization, if it was requested.</summary>
    public ChannelEqualization? Equalization { get; }

    /// <summary>The other float that parts of the file compute in, as in "float16", which are float32 here; null: none.</summary>
    public string? Widened => Normalised.Widened?.ToString().ToLowerInvariant();

    /// <summary>The changes to the file's network, in the form that plan files state; null: none.</summary>
    public string? Prepared => BuiltFrom.Changes(Equalization is { Pairs.Count: > 0 }, Pixels?.Channels);

    /// <summary>The network that plans and calibration statistics belong to: see <see cref="NetworkIdentity"/>.</summary>
    public string Identity => NetworkIdentity.Of(Digest, Prepared);

    /// <summary>
    /// Content of the file, including its data in other files, before normalization; with bound inputs, of the network without them.
    /// </summary>
    public ModelFile Content { get; }

    /// <summary>SHA-256 of <see cref="Content"/>, lower-case hexadecimal.</summary>
    public string Digest => Content.Digest;

    /// <summary>The normalised graph, in groups.</summary>
    public GroupedGraph Grouped { get; }

    /// <summary>The file as it was given, which every accuracy is compared with.</summary>
    internal OriginalFile Original { get; }

    /// <summary>
    /// The FP32 baseline for latency, which takes any batch: the file itself, or the normalised graph where the file is fixed to one batch,
    /// computes in 16 bits, or lists its weights among the inputs, so that ONNX Runtime folds nothing, and where the runtime has faster
    /// forms of it: a plan's gain is none that FP32 could have had.
    /// </summary>
    public ModelFile Float32Model { get; }

    /// <summary>Whether that is another file than the user's.</summary>
    internal bool IsWrittenAnew => !ReferenceEquals(Float32Model, Content);

    /// <summary>
    /// Which sizes that the user's file leaves free are fixed in every file that is written of it, in a sentence; null: none.
    /// </summary>
    internal string? FixedSizes { get; private init; }

    /// <summary>Images that are run at once when nothing is timed.</summary>
    public int ExecutionBatch { get; }

    /// <summary>Whether its only input is batches of images, which reconstruction and fine-tuning learn from.</summary>
    public bool TakesImages => !Grouped.Graph.TakesOneSample && Grouped.Inputs is [{ Type: ElementType.Float, Shape.Count: 4 }];

    /// <summary>Elements of the first output for a sample: the classes of a classifier.</summary>
    public int Classes => FirstOutput.SampleSize();

    /// <summary>The first output with its whole shape, samples outermost.</summary>
    public ValueInfo FirstOutput { get; private set; } = null!;

    /// <summary>Whether the first output has another size for samples of other sizes.</summary>
    public bool HasOutputsOfSeveralSizes { get; private set; }

    /// <summary>
    /// The shapes that outputs are brought to whose number of rows depends on what a sample holds, as that of detections does, by name,
    /// samples outermost: room for twice as many rows as FP32 gives for a sample, and some more. Zeros follow the rows.
    /// </summary>
    internal IReadOnlyDictionary<string, IReadOnlyList<long>> Counted { get; private set; } =
        new Dictionary<string, IReadOnlyList<long>>(StringComparer.Ordinal);

    /// <summary>All outputs whose sizes are known, in the same form.</summary>
    internal IReadOnlyList<ValueInfo> AllOutputs { get; private set; } = [];

    /// <exception cref="KernelException">The file is not a supported network; the message says why.</exception>
    /// <param name="equalize">Equalizes the channels of neighbouring layers, which changes weights and activations but
    /// not the function.</param>
    /// <param name="isApart">Whether it may keep data in other files of its folder, see <see cref="JobAccess.IsOwn"/>.</param>
    /// <param name="sizes">Gives the sizes that the file leaves free beside the batch; null: none are known.</param>
    /// <param name="isFast">Whether the baseline for latency is written in the forms that ONNX Runtime's kernels run fast.</param>
    /// <param name="pixels">What files of plans take instead of floats; null: floats.</param>
    public static NetworkFile Open(
        string path,
        bool equalize = false,
        bool isApart = true,
        FreeInputs? sizes = null,
        bool isFast = false,
        AskedPixels? pixels = null)
    {
        if (!File.Exists(path))
        {
            throw new KernelException($"There is no model file {path}: give the path of an FP32 ONNX network.");
        }

        var content = OnnxReader.ReadFile(path, isApart);
        var file = OnnxReader.Read(content, path);
        if (sizes?.Given.Set is { Count: > 0 } set)
        {
            // Read again, as constants decide there what else is left of the network.
            content = OnnxWriter.Write(BoundInputs.Apply(file, set));
            file = OnnxReader.Read(content, path);
        }

        WeightOnlyNodes.RequireFloat(file, path);
        GraphProblems.Verify(file);
        var free = file;
        file = sizes?.Bind(file, path) ?? file;
        var given = file;
        var original = content;
        (file, var grouped) = Taken(file, () => FreeInputs.Outputs(sizes, content, path, file, 2) is not null);
        var graph = grouped.Graph;

        // A batch that is free in name only is stated for those who run the file.
        if (file != given && !file.Inputs.Any(input => input.FreeAxes.Contains(0)))
        {
            original = OnnxWriter.Write(file);
        }

        var changed = pixels is null ? graph : PixelStem.Write(graph, pixels.Preprocess, pixels.HasAlpha);
        var equalized = equalize ? ChannelEqualization.Of(changed) : null;
        var network = new NetworkFile(path, content, original, file, grouped, changed, equalized, isFast)
        {
            FixedSizes = Fixed(free.Inputs, graph.Inputs),
        };
        var inferred = ShapeInference.Infer(graph, 1);
        bool IsKnown(ValueInfo output) => inferred[output.Name] is { Length: > 0 } shape && !shape.Contains(-1); // size and rank
        var seen = network.Grouped.Outputs.All(IsKnown) ? null : FreeInputs.Outputs(sizes, content, path, file, 1);
        if (seen is not null && sizes is not null && graph.TakesOneSample)
        {
            network.Counted = Counts(
                [.. sizes.OutputShapes(content, path, file, SeenForCounts)],
                [.. CountedOutputs(grouped, inferred)]);
        }

        ValueInfo Whole(ValueInfo output)
        {
            long[] shape = IsKnown(output) ? inferred[output.Name]
                : seen is null ? throw new KernelException(
                    $"The size of the output '{output.Name}' of {path} depends on what the inputs hold, and the network does not run on "
                    + "the first sample, or on zeros without data; expected one size for all samples.")
                : seen.First(other => other.Name == output.Name).Value.Shape;
            return output with
            {
                Shape = network.Counted.TryGetValue(output.Name, out var counted) ? counted : [-1, .. SampleTurns.BySample(shape)[1..]],
            };
        }

        network.FirstOutput = Whole(network.Grouped.Output);
        network.AllOutputs =
        [
            .. network.Grouped.Outputs.Where(output => seen is not null || IsKnown(output)).Select(Whole),
        ];
        if (sizes?.Most(network.Grouped.Graph, path, network.FirstOutput.Name) is { } most && most != network.Classes)
        {
            // Outputs of fewer elements are filled up, so that a sample has a row.
            network.FirstOutput = network.FirstOutput with { Shape = [-1, most] };
            network.HasOutputsOfSeveralSizes = true;
        }

        return network;
    }

    private static string? Fixed(IReadOnlyList<ValueInfo> before, IReadOnlyList<ValueInfo> after)
    {
        string[] all =
        [
            .. after.SelectMany(input => before.First(other => other.Name == input.Name) is var was
                ? input.Shape.Index()
                    .Where(size => size.Item >= 0 && was.Shape[size.Index] < 0 && !input.FreeAxes.Contains(size.Index))
                    .Select(size => $"axis {size.Index}"
                        + (was.AxisNames.ElementAtOrDefault(size.Index) is { Length: > 0 } name ? $" ('{name}')" : string.Empty)
                        + $" of the input '{input.Name}' at {size.Item}")
                : []),
        ];
        return all.Length == 0 ? null
            : $"files that are written here have {string.Join(" and ", all)}, which yours leaves free: what the network computes of "
                + (all.Length == 1 ? "that size" : "these sizes") + " holds for the data's alone; give data of the size that will run.";
    }

    /// <summary>Names of outputs whose rows depend on what a sample holds.</summary>
    internal static IEnumerable<string> CountedOutputs(GroupedGraph grouped, IReadOnlyDictionary<string, long[]> inferred) =>
        grouped.Outputs.Select(output => output.Name).Where(name => inferred[name].Contains(-1));

    private static Dictionary<string, IReadOnlyList<long>> Counts(
        IReadOnlyList<IReadOnlyList<(string Name, long[] Shape)>> runs, HashSet<string> open)
    {
        Dictionary<string, IReadOnlyList<long>> counts = new(StringComparer.Ordinal);
        foreach (var output in runs.SelectMany(run => run).Where(output => open.Contains(output.Name)).GroupBy(output => output.Name))
        {
            int rank = output.Max(seen => SampleTurns.BySample(seen.Shape).Length);
            long[][] shapes = [.. output.Select(seen => SampleTurns.BesideSamples(SampleTurns.BySample(seen.Shape), rank))];
            counts[output.Key] =
            [
                -1,
                .. Enumerable.Range(1, rank - 1).Select(axis => shapes.Max(shape => shape[axis]) is var most
                    && shapes.All(shape => shape[axis] == most) ? most : (2 * most) + SpareRows),
            ];
        }

        return counts;
    }

    /// <summary>The same, equalized also if a plan belongs to the equalized network.</summary>
    /// <inheritdoc cref="Open"/>
    /// <param name="plan">The plan; null: there is none.</param>
    public static NetworkFile OpenFor(
        string path, PlanFile? plan, bool equalize = false, FreeInputs? sizes = null, bool isFast = false, AskedPixels? pixels = null) =>
        Open(path, equalize || plan?.BuiltFrom.IsEqualized == true, sizes: sizes, isFast: isFast, pixels: pixels);

    /// <summary>The network as it is run, and its normal form: for any number of samples, or one at a time.</summary>
    /// <param name="takesTwo">Runs the file on two samples, asked for where it executes operators in ONNX Runtime.</param>
    internal static (ModelGraph File, GroupedGraph Grouped) Taken(ModelGraph file, Func<bool> takesTwo)
    {
        var graph = GraphNormalizer.Normalize(file);
        var grouped = GroupFinder.Find(graph);
        bool? two = null;
        bool isSingle = graph.Inputs.Concat(grouped.Outputs).Any(value => value.Shape is not [-1, ..])
            || GraphNormalizer.MixesSamples(graph)
            || (grouped.HasExecuted && (CountsFirst() || !TakesTwo()));

        // Rows of several samples together are not told apart: such a file takes one.
        return isSingle && FreeInputs.Single(file, keepsRows: !CountsFirst() && TakesTwo()) is var single && !ReferenceEquals(single, file)
            ? (single, GroupFinder.Find(GraphNormalizer.Normalize(single)))
            : (file, grouped);

        // Opens a session, so once.
        bool TakesTwo() => two ??= takesTwo();

        // Rows of all samples together, such as the indices that NonMaxSuppression selects.
        bool CountsFirst() => grouped.Outputs.Any(output => ShapeInference.Infer(graph, 2)[output.Name] is [-1, ..]);
    }

    /// <summary>The network after each of its rewrites, in order, with their names.</summary>
    internal IEnumerable<(string Name, ModelGraph Graph)> Steps()
    {
        foreach (var step in GraphNormalizer.Steps(_file))
        {
            yield return step;
        }

        yield return (JobLimits.Input.Name, OverPixels);
        yield return (JobLimits.Equalize.Name, Grouped.Graph);
    }
}
