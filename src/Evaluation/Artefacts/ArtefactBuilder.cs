using Cluster.Export.Forms;
using Cluster.Kernels.Correction;

namespace Cluster.Evaluation.Artefacts;

/// <summary>
/// Makes the file of a plan: ranges from the calibration statistics, corrected biases from the calibration images, QDQ export. A plan is
/// built once; its accuracy and its latency are measured on the same bytes. Thread-safe.
/// </summary>
/// <param name="form">The form of file that the runtime needs.</param>
/// <param name="calibration">Null if every build is given its corrected biases.</param>
/// <param name="memory">Memory budget for the files.</param>
/// <param name="space">Where tensors are stored while biases are corrected.</param>
/// <param name="repairs">Numbers learned before an exploration that plans name.</param>
/// <param name="deployed">The file that its plan has instead of a built one; null: none.</param>
internal sealed class ArtefactBuilder(
    NetworkFile network,
    FloatNetwork float32,
    PlanTranslator translator,
    PlanResolver resolver,
    ImageBatches? calibration,
    int threads,
    WorkingMemory memory,
    SpillSpace space,
    FileForm form,
    RepairNumbers repairs,
    DeployedArtefact? deployed = null)
{
    private readonly RecentArtefacts _built = new(memory.Artefacts);
    private readonly Lazy<ImageBatches> _forBiases = new(() => BiasCorrector.Enough(
        calibration ?? throw new InvalidOperationException("Biases are to be corrected without calibration images.")));

    /// <param name="corrections">Biases from an earlier run, used instead of estimating them.</param>
    /// <param name="learned">Learned weights, ranges and biases; required if the plan says that weights were learned.</param>
    /// <exception cref="JobException">The plan's weights were learned but not given.</exception>
    public BuiltArtefact Build(
        Plan plan,
        CancellationToken cancellation,
        IReadOnlyDictionary<string, float[]>? corrections = null,
        LearnedParameters? learned = null) => _built.Get(
            learned is null ? plan.Digest : $"{plan.Digest} {learned.ComputeDigest()}",
            known => Make(plan, corrections ?? known, learned, cancellation));

    /// <summary>
    /// A file that takes as long as the plan's: the plan's own if it is built already, else one with the biases of FP32. Correcting them is
    /// not worth a pass over the calibration images if only the plan's latency is ever needed.
    /// </summary>
    /// <exception cref="JobException">As <see cref="Build"/>.</exception>
    public ModelFile BuildToTime(Plan plan, CancellationToken cancellation)
    {
        var settings = translator.Settings(plan);
        bool[] correct = [.. settings.Select(setting => setting.BiasCorrection)];
        var repaired = repairs.Of(plan);
        if (plan.IsBaseline
            || deployed is not null
            || !correct.Contains(true)
            || (repaired is null && PlanTranslator.FirstLearned(plan) is not null)
            || _built.Knows(plan.Digest))
        {
            return Build(plan, cancellation).File;
        }

        var timed = resolver.Resolve(settings, repaired);
        return Write(plan, settings, form(timed.WithBiases(BiasCorrector.Uncorrected(timed, correct)), settings));
    }

    /// <summary>
    /// The network of a plan's file with the weights of FP32, for simulation. If the plan corrects biases, they are corrected anew, because
    /// a correction belongs to the error it was made for: the shift from rounded weights is absent here.
    /// </summary>
    public QuantizedNetwork WithFloatWeights(Plan plan, CancellationToken cancellation)
    {
        var settings = translator.Settings(plan);
        return Correct(resolver.Resolve(settings).WithFloatWeights(), settings, cancellation);
    }

    private QuantizedNetwork Correct(
        QuantizedNetwork network, IReadOnlyList<GroupDecision> settings, CancellationToken cancellation) =>
        network.WithBiases(BiasCorrector.Correct(
            float32,
            network,
            [.. settings.Select(setting => setting.BiasCorrection)],
            _forBiases.Value,
            space,
            threads,
            cancellation));

    private BuiltArtefact Make(
        Plan plan, IReadOnlyDictionary<string, float[]>? corrections, LearnedParameters? learned, CancellationToken cancellation)
    {
        if (plan.IsBaseline)
        {
            return new BuiltArtefact(network.Float32Model, null);
        }

        var settings = translator.Settings(plan);
        var shipped = deployed?.Plan.Equals(plan) == true ? deployed : null;
        learned ??= shipped?.Learned ?? repairs.Of(plan);
        corrections ??= shipped?.Corrections;
        if (learned is null && PlanTranslator.FirstLearned(plan) is { } group)
        {
            throw new JobException(
                $"The weights of group '{group.Group}' were learned by {group.Rounding} and are not at hand: give the calibration "
                + "folder that lies beside the plan.");
        }

        var resolved = resolver.Resolve(settings, learned);
        var corrected = corrections is null ? Correct(resolved, settings, cancellation) : resolved.WithBiases(corrections);
        var formed = form(corrected, settings);
        if (shipped is not null)
        {
            var file = OnnxReader.Read(shipped.File, "the deployed file");
            return new BuiltArtefact(shipped.File, formed.Network, ProcessorTable.StatedIn(file), LeastRuntime.StatedIn(file))
            {
                Form = file.Metadata.GetValueOrDefault(FastForms.Metadata),
                Pixels = file.Metadata.GetValueOrDefault(PixelInput.Metadata),
            };
        }

        return new BuiltArtefact(
            Write(plan, settings, formed), formed.Network, ProcessorTable.StatedIn(formed.File), LeastRuntime.Of(formed.File))
        {
            Form = formed.File.Metadata.GetValueOrDefault(FastForms.Metadata),
            Pixels = formed.File.Metadata.GetValueOrDefault(PixelInput.Metadata),
            Forms = formed.Forms,
        };
    }

    private ModelFile Write(Plan plan, IReadOnlyList<GroupDecision> settings, FormedFile formed) =>
        OnnxWriter.Write(PlanNotes.On(formed, network, plan, settings));
}

/// <summary>A candidate's file in memory, with the numbers it was made from.</summary>
/// <param name="Network">Null for the FP32 plan, whose file is the unchanged FP32 network.</param>
/// <param name="ExactOn">The processors on which it is exact, from its metadata (<see cref="ProcessorTable"/>); null if not
/// stated.</param>
/// <param name="LeastRuntime">The oldest ONNX Runtime that computes its numbers, such as "1.12"; null if not stated.</param>
internal sealed record BuiltArtefact(
    ModelFile File, QuantizedNetwork? Network, string? ExactOn = null, string? LeastRuntime = null)
{
    /// <summary>How its layers are written, as its metadata say it ("fast"); null: as in the network.</summary>
    public string? Form { get; init; }

    /// <summary>The pixels that it takes, "RGBA" or "RGB", uint8 with channels last; null: floats.</summary>
    public string? Pixels { get; init; }

    /// <inheritdoc cref="FormedFile.Forms"/>
    public IReadOnlyList<(string Layer, string Words)> Forms { get; init; } = [];

    /// <summary>The file's digest, see <see cref="ModelFile.Digest"/>.</summary>
    public string Sha256 => File.Digest;
}
