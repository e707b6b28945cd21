using System.Diagnostics.CodeAnalysis;

namespace Cluster.Kernels.Calibration;

/// <summary>
/// Histograms of all tensors of a network by name, in ordinal order: the result of one calibration pass, from which every calibrator
/// derives its ranges. Equal statistics have equal bytes and so an equal <see cref="ComputeDigest"/>.
/// </summary>
public sealed class CalibrationStatistics
{
    private readonly SortedDictionary<string, ActivationHistogram> _histograms = new(StringComparer.Ordinal);

    /// <summary>Names of the tensors that have a range, in ordinal order; not those of <see cref="Infinite"/>.</summary>
    public IReadOnlyCollection<string> Names =>
        [.. _histograms.Values.Where(histogram => !histogram.HasInfinity).Select(histogram => histogram.Name)];

    /// <summary>Images that were seen, but are far from all others and left out; unknown, so empty, of a set that was read.</summary>
    public IReadOnlyList<FarImage> LeftOut { get; internal set; } = [];

    /// <summary>
    /// The images of a set that no tensor's statistics have seen: those that were left out, also of a set that was read.
    /// </summary>
    public IReadOnlySet<int> Unseen(int images)
    {
        var minima = _histograms.Values.Select(histogram => histogram.ImageMinima.ToArray()).MaxBy(seen => seen.Length) ?? [];
        return minima.Length == 0
            ? new HashSet<int>()
            : Enumerable.Range(0, images).Where(image => image >= minima.Length || float.IsNaN(minima[image])).ToHashSet();
    }

    /// <summary>Tensors that hold infinities for some image, in ordinal order.</summary>
    public IEnumerable<string> Infinite => _histograms.Values.Where(histogram => histogram.HasInfinity).Select(histogram => histogram.Name);

    /// <summary>The histogram of a tensor.</summary>
    /// <exception cref="KernelException">The tensor was not calibrated.</exception>
    public ActivationHistogram Get(string name) => _histograms.TryGetValue(name, out var histogram) ? histogram : throw Missing(name, null);

    /// <summary>The first tensor of which no value was seen; null if there is none.</summary>
    internal string? Empty => _histograms.Values.FirstOrDefault(histogram => histogram is { HasInfinity: false, Count: 0 })?.Name;

    /// <summary>Requires statistics of each tensor.</summary>
    /// <param name="tensors">Tensors, and the group that quantizes each.</param>
    /// <exception cref="KernelException">One has none.</exception>
    public void Require(IEnumerable<(string Tensor, string Group)> tensors)
    {
        foreach (var (tensor, group) in tensors)
        {
            if (!_histograms.ContainsKey(tensor))
            {
                throw Missing(tensor, group);
            }
        }
    }

    /// <summary>The histogram of a tensor, if it was observed.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out ActivationHistogram? histogram) => _histograms.TryGetValue(name, out histogram);

    /// <summary>The histogram of a tensor; an empty one is added if there is none.</summary>
    public ActivationHistogram GetOrAdd(string name)
    {
        if (!_histograms.TryGetValue(name, out var histogram))
        {
            histogram = new ActivationHistogram(name);
            _histograms.Add(name, histogram);
        }

        return histogram;
    }

    /// <summary>Adds statistics of the same network over other images.</summary>
    /// <exception cref="KernelException">Both have seen the same image.</exception>
    public void Merge(CalibrationStatistics other)
    {
        foreach (var (name, histogram) in other._histograms)
        {
            GetOrAdd(name).Merge(histogram);
        }
    }

    /// <summary>Statistics of the same network over the images of all of these.</summary>
    /// <inheritdoc cref="Merge"/>
    public static CalibrationStatistics Merged(IEnumerable<CalibrationStatistics> parts)
    {
        var all = new CalibrationStatistics();
        foreach (var part in parts)
        {
            all.Merge(part);
        }

        return all;
    }

    /// <summary>Writes the file format of <see cref="CalibrationFile"/>, deterministic to the byte.</summary>
    public void Save(Stream stream) => stream.Write(CalibrationFile.Encode(_histograms.Values));

    /// <summary>SHA-256 of the bytes that <see cref="Save"/> writes, in lower-case hex.</summary>
    public string ComputeDigest() => Convert.ToHexStringLower(SHA256.HashData(CalibrationFile.Encode(_histograms.Values)));

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="KernelException">The file is damaged, of another kind or of a later version.</exception>
    public static CalibrationStatistics Load(Stream stream)
    {
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        var statistics = new CalibrationStatistics();
        foreach (var histogram in CalibrationFile.Decode(memory.ToArray()))
        {
            if (!statistics._histograms.TryAdd(histogram.Name, histogram))
            {
                throw new KernelException($"The calibration file lists tensor '{histogram.Name}' twice; calibrate again.");
            }
        }

        return statistics;
    }

    private static KernelException Missing(string tensor, string? group) => new(
        $"The calibration holds no statistics of tensor '{tensor}'{(group is null ? "" : $", which group '{group}' quantizes")}; calibrate "
        + "again with the model that is being quantized.");
}
