namespace Cluster.Coordinator.Work;

/// <summary>Joins sweeps from their pieces, which may arrive in any order.</summary>
internal sealed class SweepPieces
{
    private readonly Dictionary<GroupFormat, SensitivityResult?[]> _pieces = [];

    /// <summary>The whole sweep, once its last piece has arrived; null before.</summary>
    public SensitivityResult? Add(SensitivityResult result)
    {
        if (result.Part is not { } swept)
        {
            return result;
        }

        if (!_pieces.TryGetValue(result.Swept, out var pieces) || pieces.Length != swept.Part.Count)
        {
            _pieces[result.Swept] = pieces = new SensitivityResult?[swept.Part.Count];
        }

        pieces[swept.Part.Index] = result;
        return pieces.Contains(null) ? null : Whole([.. pieces.OfType<SensitivityResult>()]);
    }

    private static SensitivityResult Whole(IReadOnlyList<SensitivityResult> pieces)
    {
        var images = pieces.Sum(piece => piece.Part!.Images);
        return new SensitivityResult(
            [.. pieces[0].Groups.Select((group, index) => Whole(group.Group, index, pieces, images))],
            pieces.Sum(piece => piece.Seconds),
            pieces[0].Format);
    }

    // In the order of the pieces, as sums of floats depend on it.
    private static GroupSensitivity Whole(string group, int index, IReadOnlyList<SensitivityResult> pieces, int images)
    {
        var sums = pieces.Select(piece => piece.Part!.Groups[index]).ToArray();
        var noise = sums.Sum(piece => piece.Noise);
        var decibels = 10 * Math.Log10(sums.Sum(piece => piece.Signal) / noise);
        return new GroupSensitivity(
            group,
            sums.Sum(piece => piece.Divergence) / images,
            noise == 0 || !double.IsFinite(decibels) ? null : decibels,
            pieces.Sum(piece => piece.Groups[index].Correct),
            pieces.Sum(piece => piece.Groups[index].Total));
    }
}
