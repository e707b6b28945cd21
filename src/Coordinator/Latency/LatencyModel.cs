using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Latency;

/// <summary>
/// Predicts a plan's latency as a·(ms of its FP32 groups) + b·(ms of its 8-bit groups) + c·(ms of its changes of precision), profiled
/// group by group and edge by edge. a, b, c are fitted to measured plans, as the parts of a profile do not add up to the whole.
/// </summary>
public sealed class LatencyModel
{
    // Keeps a, b, c near one common factor until measured plans tell them apart: a measurement's variance (1 %)² over
    // that of a factor (50 %)².
    private const double Ridge = 4e-4;

    // A fitted part never becomes free: a negative price would be searched for and "found".
    private const double LeastFactor = 0.05;

    private readonly double[] _float32;
    private readonly double[] _int8;
    private readonly EdgeCost[] _edges;
    private readonly (double Float32, double Int8, double Edges) _factors;

    private LatencyModel(double[] float32, double[] int8, EdgeCost[] edges, (double Float32, double Int8, double Edges) factors)
    {
        _float32 = float32;
        _int8 = int8;
        _edges = edges;
        _factors = factors;
    }

    /// <summary>A model from a profile, fitted to the FP32 network's and other measured plans' milliseconds.</summary>
    /// <exception cref="JobException">The profile is not one of this network's groups and edges.</exception>
    public static LatencyModel Fit(SearchSpace space, ProfileResult profile, double float32Ms, IReadOnlyList<LatencySample> samples)
    {
        if (profile.Groups.Count != space.Groups.Count || profile.Edges.Count != space.Edges.Count)
        {
            throw new JobException(
                $"The profile has {profile.Groups.Count} groups and {profile.Edges.Count} edges where the network has "
                + $"{space.Groups.Count} and {space.Edges.Count}: it is another network's, measure it again.");
        }

        var edges = space.Edges.Select(
            (edge, i) => new EdgeCost(edge.From, edge.To, edge.Tensor, profile.Edges[i].QuantizeMs, profile.Edges[i].DequantizeMs));
        return Fitted(
            [.. profile.Groups.Select(group => group.Float32Ms)],
            [.. profile.Groups.Select(group => group.Int8Ms)],
            EdgeCost.MergeByTensor(edges),
            float32Ms,
            samples);
    }

    /// <summary>
    /// A cruder model for where there is no profile: measured totals shared out by multiply-accumulates, and a nanosecond for each element
    /// that changes precision.
    /// </summary>
    public static LatencyModel FromTotals(
        SearchSpace space, double float32Ms, double int8Ms, int batch, IReadOnlyList<LatencySample> samples)
    {
        double all = space.Groups.Sum(group => Math.Max(1, group.Macs));
        var shares = space.Groups.Select(group => Math.Max(1, group.Macs) / all).ToArray();
        var edges = space.Edges.Select(
            edge =>
                new EdgeCost(edge.From, edge.To, edge.Tensor, edge.ElementsPerImage * batch * 1e-6, edge.ElementsPerImage * batch * 1e-6));
        return Fitted(
            [.. shares.Select(share => share * float32Ms)],
            [.. shares.Select(share => share * int8Ms)],
            EdgeCost.MergeByTensor(edges),
            float32Ms,
            samples);
    }

    /// <summary>Predicted milliseconds a run of the plan that runs these groups in 8 bits and all others in FP32.</summary>
    public double Predict(IReadOnlyList<bool> int8)
    {
        var parts = Features(int8);
        return (_factors.Float32 * parts.Float32) + (_factors.Int8 * parts.Int8) + (_factors.Edges * parts.Edges);
    }

    /// <summary>Fitted milliseconds of one group's own kernels, without edges.</summary>
    public double GroupMs(int group, bool int8) => int8 ? _factors.Int8 * _int8[group] : _factors.Float32 * _float32[group];

    private static LatencyModel Fitted(
        double[] float32, double[] int8, EdgeCost[] edges, double float32Ms, IReadOnlyList<LatencySample> samples)
    {
        var sum = float32.Sum();
        var scale = sum > 0 ? float32Ms / sum : 1;
        var unfitted = new LatencyModel(float32, int8, edges, (scale, scale, scale));
        var rows = samples
            .Append(new LatencySample(new bool[float32.Length], float32Ms))
            .Where(sample => sample.Ms > 0)
            .Select(sample =>
            {
                var parts = unfitted.Features(sample.Int8);
                return new[] { scale * parts.Float32 / sample.Ms, scale * parts.Int8 / sample.Ms, scale * parts.Edges / sample.Ms };
            });
        var factors = RidgeTowardsOne.Solve(rows, Ridge);
        return new LatencyModel(
            float32,
            int8,
            edges,
            (
                scale * Math.Max(LeastFactor, factors[0]),
                scale * Math.Max(LeastFactor, factors[1]),
                scale * Math.Max(LeastFactor, factors[2])));
    }

    private LatencyFeatures Features(IReadOnlyList<bool> int8)
    {
        double f = 0, q = 0, e = 0;
        for (var i = 0; i < _float32.Length; i++)
        {
            if (int8[i])
            {
                q += _int8[i];
            }
            else
            {
                f += _float32[i];
            }
        }

        foreach (var edge in _edges)
        {
            e += edge.Ms(int8);
        }

        return new LatencyFeatures(f, q, e);
    }
}
