namespace Cluster.Coordinator.Latency;

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
