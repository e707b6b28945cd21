namespace Cluster.Coordinator.Latency;

/// <summary>
/// Correction factors for a profile's parts (each group in each format, each change of format), learned from measured totals: the mean of
/// the posterior of a Gaussian prior (Rasmussen and Williams, "Gaussian Processes for Machine Learning", 2006, 2.1, in its dual form). A
/// part's factor is 1 + the shared error of its kind + its own deviation, so a total that the profile did not predict moves the parts that
/// few other totals have, and parts that were never measured follow their kind.
/// </summary>
internal static class PartFactors
{
    /// <param name="rows">Each total's parts by the profile, milliseconds, 0 for absent parts.</param>
    /// <param name="totals">The totals, milliseconds, above 0.</param>
    /// <param name="kinds">The kind of each part, from 0; at least one part.</param>
    /// <param name="prior">The prior before any total is known.</param>
    /// <returns>A factor for each part.</returns>
    public static double[] Solve(IReadOnlyList<double[]> rows, IReadOnlyList<double> totals, IReadOnlyList<int> kinds, FactorPrior prior)
    {
        var kindCount = kinds.Max() + 1;
        var shares = rows.Select(row => ByKind(row, kinds, kindCount)).ToArray();
        var own = prior.OwnDeviation * prior.OwnDeviation;
        var shared = prior.SharedDeviation * prior.SharedDeviation;
        var covariance = new double[rows.Count, rows.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                covariance[i, j] = covariance[j, i] = (shared * Dot(shares[i], shares[j])) + (own * Dot(rows[i], rows[j]));
            }

            covariance[i, i] += prior.Noise * prior.Noise * totals[i] * totals[i];
        }

        var weights = PositiveDefinite.Solve(covariance, [.. rows.Select((row, i) => totals[i] - row.Sum())]);
        var ofKinds = new double[kindCount];
        var factors = new double[kinds.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            for (var kind = 0; kind < kindCount; kind++)
            {
                ofKinds[kind] += shared * weights[i] * shares[i][kind];
            }

            for (var part = 0; part < factors.Length; part++)
            {
                factors[part] += own * weights[i] * rows[i][part];
            }
        }

        for (var part = 0; part < factors.Length; part++)
        {
            factors[part] += 1 + ofKinds[kinds[part]];
        }

        return factors;
    }

    private static double[] ByKind(double[] row, IReadOnlyList<int> kinds, int kindCount)
    {
        var sums = new double[kindCount];
        for (var part = 0; part < row.Length; part++)
        {
            sums[kinds[part]] += row[part];
        }

        return sums;
    }

    private static double Dot(double[] first, double[] second)
    {
        var sum = 0.0;
        for (var i = 0; i < first.Length; i++)
        {
            sum += first[i] * second[i];
        }

        return sum;
    }
}

/// <summary>The prior for a profile's errors before totals are known; standard deviations relative to the profile's values.</summary>
/// <param name="SharedDeviation">Of the error that all parts of a kind share.</param>
/// <param name="OwnDeviation">Of a part's own additional error.</param>
/// <param name="Noise">Of a measured total.</param>
internal readonly record struct FactorPrior(double SharedDeviation, double OwnDeviation, double Noise);
