namespace Cluster.Silo.Api.Access;

/// <summary>What a caller may do; each includes those before it.</summary>
internal enum Role
{
    /// <summary>Look at jobs and nodes, and fetch files.</summary>
    Read,

    /// <summary>Upload, and begin, steer and delete jobs.</summary>
    Submit,

    /// <summary>Cordon and drain nodes.</summary>
    Admin,
}
