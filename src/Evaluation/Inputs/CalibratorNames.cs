namespace Cluster.Evaluation.Inputs;

/// <summary>The calibrators that a job names, checked before its files are read, also where no kernel runs.</summary>
public static class CalibratorNames
{
    /// <summary>What is wrong with one of them, as the command line says it; null: nothing.</summary>
    public static string? Fault(IReadOnlyList<string> methods)
    {
        try
        {
            foreach (string method in methods)
            {
                CalibrationMethod.Parse(method);
            }

            return null;
        }
        catch (KernelException refusal)
        {
            return refusal.Message;
        }
    }
}
