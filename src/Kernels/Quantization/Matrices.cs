namespace Cluster.Kernels.Quantization;

/// <summary>Matrices as rows of numbers.</summary>
internal static class Matrices
{
    /// <summary>(rows, columns) to (columns, rows).</summary>
    public static float[] Transposed(ReadOnlySpan<float> matrix, int rows, int columns)
    {
        float[] result = new float[matrix.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                result[(column * rows) + row] = matrix[(row * columns) + column];
            }
        }

        return result;
    }
}
