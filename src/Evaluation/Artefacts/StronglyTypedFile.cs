using Microsoft.ML.OnnxRuntime;

namespace Cluster.Evaluation.Artefacts;

/// <summary>
/// A plan for TensorRT 11, next to the measured file: one strongly typed network. TensorRT is not here: the file is held against its rules
/// and run in ONNX Runtime, which computes FP16 by rounding, beside the same plan in float32.
/// </summary>
/// <param name="stem">Path of the file without its suffix.</param>
/// <param name="float32">The FP32 network.</param>
/// <param name="samples">What ranges are found on and outputs are compared on; a few are enough.</param>
internal sealed class StronglyTypedFile(string stem, ModelFile float32, ImageBatches samples)
{
    /// <summary>The metadata key of the sentences about what stays in float32 for its numbers; absent if nothing does.</summary>
    public const string Metadata = "cluster.kept_in_float32";

    // Of the power of an output, or half as much again as the plan in float32 loses of it.
    private const double LeastNoise = 1e-4;
    private const double MostTimes = 1.5;

    /// <summary>The network.</summary>
    public string Model => stem + ".tensorrt-strongly-typed.onnx";

    /// <summary>The rules that the network would break, or where it does not compute the plan; written instead of it.</summary>
    public string Broken => stem + ".tensorrt-strongly-typed.broken-rules.txt";

    /// <summary>What keeps parts in float32, each a sentence without its full stop; known once the file is written.</summary>
    public IReadOnlyList<string> Float32 { get; private set; } = [];

    /// <summary>Writes the file, after removing that of an earlier attempt.</summary>
    /// <param name="settings">The plan, one setting a group.</param>
    /// <param name="graph">The FP32 network in groups.</param>
    /// <param name="kept">Names of groups that the user keeps in FP32.</param>
    /// <param name="cache">Largest magnitudes by tensor, which replace those of the plan's calibrators.</param>
    /// <returns>Path of what was written.</returns>
    public string Write(
        BuiltArtefact artefact,
        IReadOnlyList<GroupDecision> settings,
        GroupedGraph graph,
        IReadOnlySet<string> kept,
        CalibrationStatistics statistics,
        IReadOnlyDictionary<string, float>? cache = null)
    {
        File.Delete(Model);
        File.Delete(ModelFile.DataName(Model));
        File.Delete(Broken);
        var plan = artefact.Network is { } network
            ? TensorRtExporter.Export(TensorRtNetwork.Of(network, WithoutHalves(settings), statistics, cache))
            : OnnxReader.Read(artefact.File, Path.GetFileName(Model));
        var typed = StronglyTyped.Of(plan, LargestMagnitudes.Of(plan, samples), NodesOf(graph, settings, kept));
        Float32 = typed.Float32;
        var written = OnnxWriter.Write(Noted(typed.Graph));
        var broken = TensorRtLint.CheckStronglyTyped(typed.Graph);
        if (broken.Count == 0 && Failure(OnnxWriter.Write(plan), written) is { } failure)
        {
            broken = [failure];
        }

        if (broken.Count > 0)
        {
            AtomicFile.Write(Broken, string.Concat(broken.Select(rule => rule + "\n")));
            return Broken;
        }

        ModelFiles.Write(Model, written);
        return Model;
    }

    private static GroupDecision[] WithoutHalves(IReadOnlyList<GroupDecision> settings) =>
        [.. settings.Select(setting => IsHalf(setting) ? GroupDecision.Baseline(setting.Group) : setting)];

    // Where the plan chose between FP16 and FP32, its groups in FP32 stay there.
    private static HashSet<string> NodesOf(GroupedGraph graph, IReadOnlyList<GroupDecision> settings, IReadOnlySet<string> kept)
    {
        bool hasChosen = settings.Any(IsHalf);
        return
        [
            .. graph.Groups.Where(group => kept.Contains(group.Name) || (hasChosen && settings[group.Index].Format.IsBaseline))
                .SelectMany(group => group.Nodes).Select(node => node.Name),
        ];
    }

    private static bool IsHalf(GroupDecision setting) => setting.Format == GroupFormat.Float16;

    private ModelGraph Noted(ModelGraph file)
    {
        var metadata = file.Metadata.Where(pair => pair.Key != LeastRuntime.Metadata).ToDictionary(StringComparer.Ordinal);
        if (Float32.Count > 0)
        {
            metadata[Metadata] = string.Join("; ", Float32);
        }

        return file with { Metadata = metadata };
    }

    private string? Failure(ModelFile plan, ModelFile typed)
    {
        var options = new OrtSessionOptions { AllowSpinning = false, Optimize = GraphOptimizationLevel.ORT_DISABLE_ALL };
        using var exact = OrtSession.Open(float32, options);
        using var full = OrtSession.Open(plan, options);
        using var halves = OrtSession.Open(typed, options);
        var sums = exact.OutputNames.ToDictionary(name => name, _ => new Noise(), StringComparer.Ordinal);
        for (int batch = 0; batch < samples.Count; batch++)
        {
            var inputs = samples.Inputs(batch);
            foreach (var ((expected, one), other) in exact.RunAll(inputs).Zip(full.RunAll(inputs)).Zip(halves.RunAll(inputs)))
            {
                if (expected.Value.Type == ElementType.Float)
                {
                    sums[expected.Name].Add(expected.Value.As<float>(), one.Value.As<float>(), other.Value.As<float>());
                }
            }
        }

        var worst = sums.MinBy(pair => pair.Value.Room);
        return worst.Value is not { Room: < 0 } lost ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"The output '{worst.Key}' keeps {lost.Typed:F1} dB of FP32's on {samples.Images.Count} samples, where the same plan keeps "
            + $"{lost.Plan:F1} dB without float16.");
    }

    /// <summary>Power of an output, and of what it loses in the plan's float32 file and in the typed one.</summary>
    private sealed class Noise
    {
        private double _power;
        private double _plan;
        private double _typed;

        public double Plan => 10 * Math.Log10(_power / _plan);

        public double Typed => 10 * Math.Log10(_power / _typed);

        /// <summary>The noise that is allowed beyond what there is; negative: there is too much.</summary>
        public double Room => double.IsFinite(_typed)
            ? Math.Max(MostTimes * _plan, LeastNoise * _power) - _typed
            : double.NegativeInfinity;

        // What is infinite in FP32, as masks are, has no power; it is to be the same.
        public void Add(ReadOnlySpan<float> exact, ReadOnlySpan<float> plan, ReadOnlySpan<float> typed)
        {
            if (typed.Length != exact.Length)
            {
                _typed = double.PositiveInfinity;
                return;
            }

            for (int i = 0; i < exact.Length; i++)
            {
                _power += float.IsFinite(exact[i]) ? Math.Pow(exact[i], 2) : 0;
                _plan += exact[i].Equals(plan[i]) ? 0 : Math.Pow((double)exact[i] - plan[i], 2);
                _typed += exact[i].Equals(typed[i]) ? 0 : Math.Pow((double)exact[i] - typed[i], 2);
            }
        }
    }
}
