namespace Cluster.Coordinator.Statistics;

/// <summary>Student's t distribution, via the normal one.</summary>
public static class Student
{
    /// <summary>
    /// The value of t that is exceeded with the same probability as a normal value (Abramowitz and Stegun 1964, 26.7.5; error below 1e-3
    /// from 8 degrees of freedom and 3 standard errors, below 1e-6 from 60).
    /// </summary>
    /// <param name="normal">A standard normal value, between -4 and 4 for that accuracy.</param>
    /// <param name="freedom">Degrees of freedom, at least 1.</param>
    public static double FromNormal(double normal, int freedom)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(freedom, 1);
        double z = normal, n = freedom;
        var square = z * z;
        return z
            + (z * (square + 1) / (4 * n))
            + (z * ((((5 * square) + 16) * square) + 3) / (96 * n * n))
            + (z * ((((((3 * square) + 19) * square) + 17) * square) - 15) / (384 * n * n * n));
    }

    /// <summary>
    /// The normal value that is exceeded with the same probability as a value of t (Wallace 1959, in the form of Bailey 1980: error below
    /// 1e-3 from 8 degrees of freedom).
    /// </summary>
    /// <param name="t">A value of t.</param>
    /// <param name="freedom">Degrees of freedom, at least 1.</param>
    public static double ToNormal(double t, int freedom)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(freedom, 1);
        double n = freedom;
        return Math.Sign(t) * ((8 * n) + 1) / ((8 * n) + 3) * Math.Sqrt(n * Math.Log(1 + (t * t / n)));
    }
}
