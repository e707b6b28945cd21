using Cluster.Export.Forms;

namespace Cluster.Evaluation.Artefacts;

/// <summary>
/// Writes plans' files in fast forms. Before the first it is proved on calibration samples that they change no bit; a rule that changes one
/// is left out of all files, which say so. Thread-safe.
/// </summary>
/// <param name="samples">Calibration samples; null: the parity gate alone proves the files.</param>
/// <param name="forms">Writes a file in fast forms, without some rules; null: <see cref="FastForms.Apply"/>.</param>
internal sealed class FastFiles(
    CodeStorage storage, ImageBatches? samples, Func<ModelGraph, ModelGraph, IReadOnlyCollection<string>?, FastFile>? forms = null)
{
    private const int MostSamples = 32;

    private readonly Func<ModelGraph, ModelGraph, IReadOnlyCollection<string>?, FastFile> _forms = forms ?? FastForms.Apply;

    private readonly Lock _lock = new();
    private LeftOut? _leftOut;

    /// <summary>A plan's file.</summary>
    public FormedFile Make(QuantizedNetwork network)
    {
        var plain = QdqExporter.Export(network, storage);
        var fast = _forms(plain, network.Graph.Graph, null);
        if (fast.Forms.Count == 0 || Proved(plain, fast, network.Graph.Graph) is not { Words: { } words } leftOut)
        {
            return new FormedFile(network, fast.File) { Forms = fast.Forms };
        }

        fast = _forms(plain, network.Graph.Graph, leftOut.Rules);
        return new FormedFile(network, Saying(fast, words)) { Forms = fast.Forms };
    }

    private LeftOut? Proved(ModelGraph plain, FastFile fast, ModelGraph network)
    {
        lock (_lock)
        {
            return _leftOut ??= samples is null ? null : Prove(plain, fast, network, samples.Take(MostSamples));
        }
    }

    private LeftOut Prove(ModelGraph plain, FastFile fast, ModelGraph network, ImageBatches samples)
    {
        var file = OnnxWriter.Write(plain);
        (long Different, long Compared) Found(FastFile form) => FormProof.Compare(
            file, OnnxWriter.Write(form.File), samples, Environment.ProcessorCount, CancellationToken.None);
        var (different, compared) = Found(fast);
        if (different == 0)
        {
            return LeftOut.Nothing;
        }

        string? only = FastForms.Rules.FirstOrDefault(rule => Found(_forms(plain, network, [rule])).Different == 0);
        return only is null
            ? new LeftOut(FastForms.Rules, $"plain: fast forms change {different} of {compared} numbers on the calibration samples")
            : new LeftOut([only], $"without {only}, which change {different} of {compared} numbers on the calibration samples");
    }

    private static ModelGraph Saying(FastFile fast, string words) => fast.File with
    {
        Metadata = new Dictionary<string, string>(fast.File.Metadata, StringComparer.Ordinal)
        {
            [FastForms.Metadata] = fast.Forms.Count > 0 ? $"{FastForms.Fast} {words}" : words,
        },
    };

    private sealed record LeftOut(IReadOnlyCollection<string> Rules, string? Words)
    {
        public static readonly LeftOut Nothing = new([], null);
    }
}
