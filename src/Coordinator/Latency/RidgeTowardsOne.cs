namespace Cluster.Coordinator.Latency;

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
