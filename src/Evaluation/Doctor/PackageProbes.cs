using System.Reflection;
using System.Runtime.InteropServices;

namespace Cluster.Evaluation.Doctor;

/// <summary>The program itself and what it runs on.</summary>
internal static class PackageProbes
{
    public static IEnumerable<Finding> All()
    {
        string? version = typeof(PackageProbes).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        yield return Finding.Ok("cluster", $"{version}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}");
    }
}
