using System.Security.Cryptography;
using Cluster.Kernels;
using Cluster.Kernels.Correction;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Graphs.Inference;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Graphs.Passes;
using Cluster.Plans;

namespace Cluster.Evaluation.Inputs;

/// <summary>An FP32 network: the user's file and its normalized graph.</summary>
public sealed class NetworkFile
{
    private NetworkFile(string path, byte[] bytes, ModelGraph normalised, ChannelEqualization? equalization)
    {
        Path = path;
        Bytes = bytes;
        Digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Normalised = normalised;
        Equalization = equalization;
        Grouped = GroupFinder.Find(equalization?.Graph ?? normalised);

        ExecutionBatch = Inputs.ExecutionBatch.Of(Grouped.Graph);

        Original = new OriginalFile(bytes, (int?)normalised.FixedBatch);
        Float32Model = normalised is { FixedBatch: null, ListsConstants: false, Widened: null } ? bytes : OnnxWriter.Write(normalised);
    }

    /// <summary>The file as it was named.</summary>
    public string Path { get; }

    /// <summary>The normalised graph, before any requested change.</summary>
    internal ModelGraph Normalised { get; }

    /// <summary>The result of equalization, if it was requested.</summary>
    public ChannelEqualization? Equalization { get; }

    /// <summary>The 16-bit float that parts of the file compute in, as in "float16", widened to float32; null: none.</summary>
    public string? Widened => Normalised.Widened?.ToString().ToLowerInvariant();

    /// <summary>The changes to the file's network, in the form that plan files state; null: none.</summary>
    public string? Prepared => Equalization is { Pairs.Count: > 0 } ? BuiltFrom.Equalized : null;

    /// <summary>The network that plans and calibration statistics belong to: see <see cref="NetworkIdentity"/>.</summary>
    public string Identity => NetworkIdentity.Of(Digest, Prepared);

    /// <summary>Content of the file, including its data in other files, before normalization.</summary>
    public byte[] Bytes { get; }

    /// <summary>SHA-256 of <see cref="Bytes"/>, lower-case hexadecimal.</summary>
    public string Digest { get; }

    /// <summary>The normalised graph, in groups.</summary>
    public GroupedGraph Grouped { get; }

    /// <summary>The file as it was given, which every accuracy is compared with.</summary>
    internal OriginalFile Original { get; }

    /// <summary>
    /// The FP32 baseline for latency, which takes any batch: the file itself, or the normalised graph where the file is fixed to one batch,
    /// computes in 16 bits, or lists its weights among the inputs, so that ONNX Runtime folds nothing.
    /// </summary>
    public byte[] Float32Model { get; }

    /// <summary>Whether that is another file than the user's.</summary>
    internal bool IsWrittenAnew => !ReferenceEquals(Float32Model, Bytes);

    /// <summary>Images that are run at once when nothing is timed.</summary>
    public int ExecutionBatch { get; }

    /// <summary>Whether its only input is images, which reconstruction and fine-tuning learn from.</summary>
    public bool TakesImages => Grouped.Inputs is [{ Type: ElementType.Float, Shape.Count: 4 }];

    /// <summary>Elements of the first output for a sample: the classes of a classifier.</summary>
    public int Classes => FirstOutput.SampleSize();

    /// <summary>The first output with its whole shape, samples outermost.</summary>
    public ValueInfo FirstOutput { get; private init; } = null!;

    /// <exception cref="KernelException">The file is not a supported network; the message says why.</exception>
    /// <param name="equalize">Equalizes the channels of neighbouring layers, which changes weights and activations but
    /// not the function.</param>
    /// <param name="isApart">Whether it may keep data in other files of its folder, see <see cref="LocalInputs.IsModelApart"/>.</param>
    public static NetworkFile Open(string path, bool equalize = false, bool isApart = true)
    {
        if (!File.Exists(path))
        {
            throw new KernelException($"There is no model file {path}: give the path of an FP32 ONNX network.");
        }

        byte[] bytes = isApart ? OnnxReader.ReadBytes(path) : File.ReadAllBytes(path);
        var file = OnnxReader.Read(bytes, path);
        WeightOnlyNodes.RequireFloat(file, path);
        GraphProblems.Verify(file);
        var graph = GraphNormalizer.Normalize(file);
        SupportedOperators.Verify(graph);
        RequireSamples(path, graph);
        var shape = ShapeInference.Infer(graph, 1)[graph.Outputs[0].Name];
        return new NetworkFile(path, bytes, graph, equalize ? ChannelEqualization.Of(graph) : null)
        {
            FirstOutput = graph.Outputs[0] with { Shape = [-1, .. shape.Skip(1)] },
        };
    }

    /// <summary>The same, equalized also if a plan belongs to the equalized network.</summary>
    /// <inheritdoc cref="Open"/>
    /// <param name="plan">The plan; null: there is none.</param>
    public static NetworkFile OpenFor(string path, PlanFile? plan, bool equalize = false) =>
        Open(path, equalize || plan?.BuiltFrom.Prepared == BuiltFrom.Equalized);

    /// <summary>The network after each of its rewrites, in order, with their names.</summary>
    internal IEnumerable<(string Name, ModelGraph Graph)> Steps()
    {
        foreach (var step in GraphNormalizer.Steps(OnnxReader.Read(Bytes, Path)))
        {
            yield return step;
        }

        yield return ("--equalize", Grouped.Graph);
    }

    private static void RequireSamples(string path, ModelGraph graph)
    {
        foreach (var value in graph.Inputs.Concat(graph.Outputs))
        {
            if (value.Shape.Count == 0 || value.Shape[0] >= 0 || value.Shape.Skip(1).Any(size => size < 1))
            {
                throw new KernelException(
                    $"{(graph.Inputs.Contains(value) ? "Input" : "Output")} '{value.Name}' of {path} has shape "
                    + $"[{string.Join(',', value.Shape)}]; the samples of a batch first and fixed sizes after them are expected, such as "
                    + "(N, channels, height, width). Export the network for one size of image or sequence, and for any batch.");
            }
        }
    }
}
