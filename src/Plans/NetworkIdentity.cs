namespace Cluster.Plans;

/// <summary>The network that plans and calibration statistics belong to: a model file and the changes made to it.</summary>
public static class NetworkIdentity
{
    /// <summary>SHA-256, lower-case hexadecimal; the file's own if nothing was changed.</summary>
    /// <param name="model">SHA-256 of the model file.</param>
    /// <param name="prepared">As in <see cref="BuiltFrom.Prepared"/>.</param>
    public static string Of(string model, string? prepared) =>
        prepared is null ? model : CanonicalJson.Digest(new { role = "network", model, prepared });
}
