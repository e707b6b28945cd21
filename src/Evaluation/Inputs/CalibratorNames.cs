namespace Cluster.Evaluation.Inputs;

/// <summary>The calibrators that a job names, checked before its files are read, also where no kernel runs.</summary>
public static class CalibratorNames
{
    /// <exception cref="KernelException">One of them is unknown.</exception>
    public static void Require(IEnumerable<string> methods)
    {
        foreach (string method in methods)
        {
            CalibrationMethod.Parse(method);
        }
    }

    /// <summary>What <see cref="Require"/> says of them; null: nothing.</summary>
    public static string? Fault(IEnumerable<string> methods)
    {
        try
        {
            Require(methods);
            return null;
        }
        catch (KernelException refusal)
        {
            return refusal.Message;
        }
    }
}
