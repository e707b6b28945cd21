namespace Cluster.Coordinator.Latency;

/// <summary>
/// Predicts a plan's latency as Σ a_f·(ms of its groups in format f) + c·(ms of its changes of format), profiled group by group and edge by
/// edge. All a_f and c are fitted to measured plans, because the parts of a profile do not add up to the whole; with a profile, so is each
/// part's own error (<see cref="PartFactors"/>).
/// </summary>
public sealed class LatencyModel
{
    // Keeps the factors near one common factor until measured plans tell them apart: a measurement's variance (1 %)²
    // over that of a factor (50 %)².
    private const double Ridge = 4e-4;

    // A fitted part never becomes free: the search would exploit a negative price.
    private const double LeastFactor = 0.05;

    // More noise than in a measurement: a network is not the sum of its parts. Chosen on the plans of docs/benchmarks/search.md.
    private static readonly FactorPrior Prior = new(SharedDeviation: 0.2, OwnDeviation: 0.2, Noise: 0.05);

    // Equations grow with its square, solving them with its cube; the latest samples are the closest to the plans of interest.
    private const int MostSamples = 128;

    // A nanosecond for each element that changes format.
    private const double MsPerElement = 1e-6;

    private readonly FormatCatalog _catalog;
    private readonly double[][] _groups;
    private readonly EdgeCost[] _edges;
    private readonly double[] _factors;
    private LatencyModel[] _others = [];

    private LatencyModel(FormatCatalog catalog, double[][] groups, EdgeCost[] edges, double[] factors)
    {
        _catalog = catalog;
        _groups = groups;
        _edges = edges;
        _factors = factors;
    }

    /// <summary>A model from a profile, fitted to the baseline's and other measured plans' milliseconds.</summary>
    /// <exception cref="JobException">The profile is not one of this network's groups and edges.</exception>
    public static LatencyModel Fit(SearchSpace space, ProfileResult profile, double baselineMs, IReadOnlyList<LatencySample> samples)
    {
        if (profile.Groups.Count != space.Groups.Count || profile.Edges.Count != space.Edges.Count)
        {
            throw new JobException(
                $"The profile has {profile.Groups.Count} groups and {profile.Edges.Count} edges where the network has "
                + $"{space.Groups.Count} and {space.Edges.Count}: it is another network's, measure it again.");
        }

        var catalog = space.Catalog;
        var edges = space.Edges.Select((edge, i) => EdgeCost.Of(edge, profile.Edges[i], catalog));
        double[][] groups = [.. catalog.All.Select(format => profile.Groups.Select(group => group.Ms(format)).ToArray())];
        return FittedByPart(catalog, groups, EdgeCost.MergeByTensor(edges), baselineMs, samples);
    }

    /// <summary>
    /// A simpler model without a profile: measured totals split by multiply-accumulates, and a nanosecond for each element that changes
    /// format.
    /// </summary>
    /// <param name="totalsMs">Milliseconds of the network with all groups in one format, by the number of the
    /// format.</param>
    public static LatencyModel FromTotals(
        SearchSpace space, IReadOnlyList<double> totalsMs, int batch, IReadOnlyList<LatencySample> samples)
    {
        double all = space.Groups.Sum(group => Math.Max(1, group.Macs));
        var shares = space.Groups.Select(group => Math.Max(1, group.Macs) / all).ToArray();
        var catalog = space.Catalog;
        var edges = space.Edges.Select(edge =>
        {
            var ms = edge.ElementsPerImage * batch * MsPerElement;
            return EdgeCost.Of(edge, new EdgeProfile(edge.From, edge.To, edge.Tensor, ms, ms), catalog);
        });
        return Fitted(
            catalog,
            [.. totalsMs.Select(total => shares.Select(share => share * total).ToArray())],
            EdgeCost.MergeByTensor(edges),
            totalsMs[0],
            samples);
    }

    /// <summary>The model of machines of several kinds: it predicts the most milliseconds that one of their models does.</summary>
    public static LatencyModel Slowest(IReadOnlyList<LatencyModel> kinds) => kinds is [var only]
        ? only
        : new LatencyModel(kinds[0]._catalog, kinds[0]._groups, kinds[0]._edges, kinds[0]._factors) { _others = [.. kinds.Skip(1)] };

    /// <summary>Predicted milliseconds a run of a plan.</summary>
    public double Predict(Plan plan) => Predict(_catalog.NumbersOf(plan));

    /// <summary>Predicted milliseconds a run of the plan whose groups have the formats of these numbers.</summary>
    public double Predict(IReadOnlyList<int> formats)
    {
        Span<double> parts = stackalloc double[_factors.Length];
        Features(formats, parts);
        var ms = _factors[0] * parts[0];
        for (var i = 1; i < parts.Length; i++)
        {
            ms += _factors[i] * parts[i];
        }

        foreach (var other in _others)
        {
            ms = Math.Max(ms, other.Predict(formats));
        }

        return ms;
    }

    /// <summary>Fitted milliseconds of one group's own kernels in the format of this number, without edges.</summary>
    public double GroupMs(int group, int format) =>
        _others.Select(other => other.GroupMs(group, format)).Append(_factors[format] * _groups[format][group]).Max();

    /// <summary>Starts predictions from plan to plan.</summary>
    internal LatencyWalk Walk() => new(
        [.. _groups.Select((ms, format) => ms.Select(one => _factors[format] * one).ToArray())], _edges, _factors[^1])
    {
        Others = [.. _others.Select(other => other.Walk())],
    };

    private static LatencyModel Fitted(
        FormatCatalog catalog, double[][] groups, EdgeCost[] edges, double baselineMs, IReadOnlyList<LatencySample> samples)
    {
        var scale = Scale(groups, baselineMs);
        var unfitted = new LatencyModel(catalog, groups, edges, [.. Enumerable.Repeat(scale, groups.Length + 1)]);
        var rows = samples
            .Append(new LatencySample(new int[groups[0].Length], baselineMs))
            .Where(sample => sample.Ms > 0)
            .Select(sample =>
            {
                var parts = new double[unfitted._factors.Length];
                unfitted.Features(sample.Formats, parts);
                return parts.Select(part => scale * part / sample.Ms).ToArray();
            });
        var factors = RidgeTowardsOne.Solve(rows, groups.Length + 1, Ridge);
        return new LatencyModel(catalog, groups, edges, [.. factors.Select(factor => scale * Math.Max(LeastFactor, factor))]);
    }

    // The factor for the whole profile that makes FP32's groups add up to the baseline.
    private static double Scale(double[][] groups, double baselineMs)
    {
        var sum = groups[0].Sum();
        return sum > 0 ? baselineMs / sum : 1;
    }

    private static LatencyModel FittedByPart(
        FormatCatalog catalog, double[][] groups, EdgeCost[] edges, double baselineMs, IReadOnlyList<LatencySample> samples)
    {
        var scale = Scale(groups, baselineMs);
        var count = groups[0].Length;
        double[] ones = [.. Enumerable.Repeat(1.0, groups.Length + 1)];
        LatencySample[] used =
        [
            new(new int[count], baselineMs), .. samples.Where(sample => sample.Ms > 0).TakeLast(MostSamples),
        ];
        int[] kinds =
        [
            .. Enumerable.Range(0, groups.Length * count).Select(part => part / count), .. edges.Select(_ => groups.Length),
        ];
        var rows = used.Select(sample =>
        {
            var row = new double[kinds.Length];
            for (var group = 0; group < count; group++)
            {
                var format = sample.Formats[group];
                row[(format * count) + group] = scale * groups[format][group];
            }

            for (var edge = 0; edge < edges.Length; edge++)
            {
                row[(groups.Length * count) + edge] = scale * edges[edge].Ms(sample.Formats);
            }

            return row;
        });
        var factors = PartFactors.Solve([.. rows], [.. used.Select(sample => sample.Ms)], kinds, Prior)
            .Select(factor => scale * Math.Max(LeastFactor, factor)).ToArray();
        return new LatencyModel(
            catalog,
            [.. groups.Select((ms, format) => ms.Select((one, group) => factors[(format * count) + group] * one).ToArray())],
            [.. edges.Select((edge, i) => edge.Times(factors[(groups.Length * count) + i]))],
            ones);
    }

    // Profiled milliseconds of the groups in each format, in the catalog's order, then of the changes of format.
    private void Features(IReadOnlyList<int> formats, Span<double> parts)
    {
        parts.Clear();
        for (var group = 0; group < _groups[0].Length; group++)
        {
            parts[formats[group]] += _groups[formats[group]][group];
        }

        foreach (var edge in _edges)
        {
            parts[^1] += edge.Ms(formats);
        }
    }
}

/// <summary>A measured plan that a model is fitted to.</summary>
/// <param name="Formats">For each group, the number of its format in the search's <see
/// cref="Model.FormatCatalog"/>.</param>
/// <param name="Ms">Measured milliseconds a run.</param>
public sealed record LatencySample(IReadOnlyList<int> Formats, double Ms);

/// <summary>Least squares of x·u = 1 over rows x, with a penalty on u's distance from (1, …, 1).</summary>
internal static class RidgeTowardsOne
{
    public static double[] Solve(IEnumerable<double[]> rows, int columns, double ridge)
    {
        // Normal equations (XᵀX + λI) u = Xᵀ1 + λ1.
        var matrix = new double[columns, columns];
        var right = new double[columns];
        for (var i = 0; i < columns; i++)
        {
            matrix[i, i] = ridge;
            right[i] = ridge;
        }

        foreach (var row in rows)
        {
            for (var i = 0; i < columns; i++)
            {
                for (var j = 0; j < columns; j++)
                {
                    matrix[i, j] += row[i] * row[j];
                }

                right[i] += row[i];
            }
        }

        return PositiveDefinite.Solve(matrix, right);
    }
}

/// <summary>Solves systems of equations whose matrix is symmetric and positive definite, as in least squares with a penalty.</summary>
internal static class PositiveDefinite
{
    /// <summary>Solves A·x = b by Gaussian elimination, which needs no pivots for such an A; A is overwritten.</summary>
    public static double[] Solve(double[,] matrix, double[] right)
    {
        var size = right.Length;
        for (var pivot = 0; pivot < size; pivot++)
        {
            for (var row = pivot + 1; row < size; row++)
            {
                var factor = matrix[row, pivot] / matrix[pivot, pivot];
                for (var column = pivot; column < size; column++)
                {
                    matrix[row, column] -= factor * matrix[pivot, column];
                }

                right[row] -= factor * right[pivot];
            }
        }

        var solution = new double[size];
        for (var row = size - 1; row >= 0; row--)
        {
            var sum = right[row];
            for (var column = row + 1; column < size; column++)
            {
                sum -= matrix[row, column] * solution[column];
            }

            solution[row] = sum / matrix[row, row];
        }

        return solution;
    }
}
