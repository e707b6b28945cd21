namespace Cluster.Coordinator.Latency;

/// <summary>Least squares of x·u = 1 over rows x of three, with a penalty on u's distance from (1, 1, 1).</summary>
internal static class RidgeTowardsOne
{
    public static double[] Solve(IEnumerable<double[]> rows, double ridge)
    {
        // Normal equations (XᵀX + λI) u = Xᵀ1 + λ1, by Gaussian elimination: symmetric positive definite, so no pivoting is needed.
        var matrix = new double[3, 4];
        for (var i = 0; i < 3; i++)
        {
            matrix[i, i] = ridge;
            matrix[i, 3] = ridge;
        }

        foreach (var row in rows)
        {
            for (var i = 0; i < 3; i++)
            {
                for (var j = 0; j < 3; j++)
                {
                    matrix[i, j] += row[i] * row[j];
                }

                matrix[i, 3] += row[i];
            }
        }

        for (var pivot = 0; pivot < 3; pivot++)
        {
            for (var row = pivot + 1; row < 3; row++)
            {
                var factor = matrix[row, pivot] / matrix[pivot, pivot];
                for (var column = pivot; column < 4; column++)
                {
                    matrix[row, column] -= factor * matrix[pivot, column];
                }
            }
        }

        var solution = new double[3];
        for (var row = 2; row >= 0; row--)
        {
            var sum = matrix[row, 3];
            for (var column = row + 1; column < 3; column++)
            {
                sum -= matrix[row, column] * solution[column];
            }

            solution[row] = sum / matrix[row, row];
        }

        return solution;
    }
}
