namespace Cluster.Plans;

/// <summary>Which network plans and calibration statistics are of: a model file, and what was done to it before.</summary>
public static class NetworkIdentity
{
    /// <summary>SHA-256, lower-case hexadecimal: the file's own where nothing was done to it.</summary>
    /// <param name="model">SHA-256 of the model file.</param>
    /// <param name="prepared">As in <see cref="BuiltFrom.Prepared"/>.</param>
    public static string Of(string model, string? prepared) =>
        prepared is null ? model : CanonicalJson.Digest(new { role = "network", model, prepared });
}
