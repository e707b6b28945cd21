namespace Cluster.Coordinator.Search.Decisions;

/// <summary>
/// The labels that a job without labelled images was given, and what they settle. Where a plan has FP32's answer nothing is lost, whatever
/// the label is; so the drop over all images needs only the labels of those that the plan answers otherwise.
/// </summary>
internal sealed class LabelBook
{
    private readonly Dictionary<int, int> _labels = [];

    /// <summary>Images that a label was asked of.</summary>
    public int Asked => _labels.Count;

    /// <summary>Images whose label was given.</summary>
    public int Given => _labels.Values.Count(label => label != LabelResult.Unknown);

    /// <summary>The label of each image that was asked about, or <see cref="LabelResult.Unknown"/>.</summary>
    public IReadOnlyDictionary<int, int> All => _labels;

    /// <summary>Adds the answers to a request.</summary>
    public void Add(LabelItem item, LabelResult result)
    {
        foreach (var (image, label) in item.Images.Zip(result.Labels))
        {
            _labels[image] = label;
        }
    }

    /// <summary>A result as the labels settle it. Without a label FP32 counts as right, and another answer as wrong.</summary>
    /// <param name="float32">FP32's result on all images.</param>
    /// <param name="found">A result on the images of <paramref name="images"/>, FP32's own among them.</param>
    /// <param name="images">Which images.</param>
    public AccuracyResult Settle(AccuracyResult float32, AccuracyResult found, ImageScope images)
    {
        if (found.Answers is not { } answers || float32.Answers is not { } known)
        {
            return found;
        }

        var ranks = found.Metric.GetValueOrDefault().Ranks();
        var indices = images.Indices(float32.Total);
        byte[] bits = [.. found.CorrectBits];
        var open = new byte[bits.Length];
        var (correct, place) = (found.Correct, 0);
        for (var i = 0; i < indices.Length; i++)
        {
            var isSame = PairedCounts.Bit(bits, i);
            var classes = isSame ? ClassAnswers.At(known, indices[i], ranks) : ClassAnswers.At(answers, place++, ranks);
            if (LabelOf(indices[i]) is not { } label)
            {
                open[i >> 3] |= (byte)(isSame ? 0 : 1 << (i & 7));
            }
            else if (classes.Contains(label) != isSame)
            {
                bits[i >> 3] ^= (byte)(1 << (i & 7));
                correct += isSame ? -1 : 1;
            }
        }

        var settled = found with { CorrectBits = bits, Correct = correct, Open = open.Any(part => part != 0) ? open : null };
        return settled with
        {
            Drop = ReferenceEquals(found, float32)
                ? 0
                : PairedCounts.Of(Settle(float32, float32, ImageScope.Full), settled, images).Drop,
        };
    }

    /// <summary>The images, all without a label, that settle a plan and were not asked about yet.</summary>
    /// <param name="settled">The plan's result on all images, from <see cref="Settle"/>.</param>
    public IEnumerable<int> Missing(AccuracyResult settled) => settled.Open is not { } open
        ? []
        : Enumerable.Range(0, settled.Total).Where(image => PairedCounts.Bit(open, image) && !_labels.ContainsKey(image));

    private int? LabelOf(int image) => _labels.TryGetValue(image, out var label) && label != LabelResult.Unknown ? label : null;
}
