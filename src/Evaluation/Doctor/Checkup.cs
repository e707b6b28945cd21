namespace Cluster.Evaluation.Doctor;

/// <summary>Runs every probe; a failing one is reported as a finding and does not stop the others.</summary>
public static class Checkup
{
    /// <summary>Checks the program, its libraries, the machine and the disk.</summary>
    /// <param name="output">Folder that jobs would write to: its disk is checked. It need not exist.</param>
    /// <returns>Findings in the order of the probes; a probe that throws gives a finding of level Fail.</returns>
    public static IReadOnlyList<Finding> Run(string output) => Run(
        [
            ("program", PackageProbes.All, "build it again"),
            ("GPU", GpuProbes.All, "report this"), // before libtorch and ONNX Runtime, which take some of its memory
            ("libtorch", TorchProbes.All, "build again: the packages TorchSharp and libtorch-cpu bring the libraries"),
            ("pictures", PictureProbes.All, "build again: the package SkiaSharp.NativeAssets.Linux.NoDependencies brings the library"),
            ("ONNX Runtime", RuntimeProbes.All, $"build again; where {OrtRuntime.LibraryVariable} is set, correct or unset it"),
            ("machine", MachineProbes.All, "report this"),
            ("disk", () => DiskProbes.All(output), "check the folder and TMPDIR"),
            ("shared data", DataProbes.All, "report this"),
        ]);

    /// <summary>Runs some probes.</summary>
    /// <param name="probes">What is checked, the probe, and what to do if it fails.</param>
    internal static IReadOnlyList<Finding> Run(IReadOnlyList<(string What, Func<IEnumerable<Finding>> Probe, string Remedy)> probes)
    {
        var findings = new List<Finding>();
        foreach (var (what, probe, remedy) in probes)
        {
            try
            {
                foreach (var finding in probe())
                {
                    findings.Add(finding);
                }
            }
#pragma warning disable CA1031 // A missing or broken library may throw anything, and the doctor must report it.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                findings.Add(Finding.Fail(what, Message(failure), remedy));
            }
        }

        return findings;
    }

    // The runtime wraps exceptions of static constructors and reflected calls; the cause is inside.
    private static string Message(Exception failure)
    {
        while (failure is TypeInitializationException or TargetInvocationException && failure.InnerException is { } cause)
        {
            failure = cause;
        }

        return string.Join(' ', failure.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
