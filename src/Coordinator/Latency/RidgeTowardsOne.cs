namespace Cluster.Coordinator.Latency;

/// <summary>Least squares of x·u = 1 over rows x, with a penalty on u's distance from (1, …, 1).</summary>
internal static class RidgeTowardsOne
{
    public static double[] Solve(IEnumerable<double[]> rows, int columns, double ridge)
    {
        // Normal equations (XᵀX + λI) u = Xᵀ1 + λ1, by Gaussian elimination: symmetric positive definite, so no pivoting is needed.
        var matrix = new double[columns, columns + 1];
        for (var i = 0; i < columns; i++)
        {
            matrix[i, i] = ridge;
            matrix[i, columns] = ridge;
        }

        foreach (var row in rows)
        {
            for (var i = 0; i < columns; i++)
            {
                for (var j = 0; j < columns; j++)
                {
                    matrix[i, j] += row[i] * row[j];
                }

                matrix[i, columns] += row[i];
            }
        }

        for (var pivot = 0; pivot < columns; pivot++)
        {
            for (var row = pivot + 1; row < columns; row++)
            {
                var factor = matrix[row, pivot] / matrix[pivot, pivot];
                for (var column = pivot; column <= columns; column++)
                {
                    matrix[row, column] -= factor * matrix[pivot, column];
                }
            }
        }

        var solution = new double[columns];
        for (var row = columns - 1; row >= 0; row--)
        {
            var sum = matrix[row, columns];
            for (var column = row + 1; column < columns; column++)
            {
                sum -= matrix[row, column] * solution[column];
            }

            solution[row] = sum / matrix[row, row];
        }

        return solution;
    }
}
