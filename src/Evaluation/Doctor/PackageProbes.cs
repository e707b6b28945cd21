namespace Cluster.Evaluation.Doctor;

/// <summary>Checks the program itself and its runtime.</summary>
internal static class PackageProbes
{
    public static IEnumerable<Finding> All()
    {
        string? version = typeof(PackageProbes).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        yield return Finding.Ok("cluster", $"{version}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}");
    }
}
