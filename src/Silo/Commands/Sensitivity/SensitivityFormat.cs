namespace Cluster.Silo.Commands.Sensitivity;

/// <summary>How a sweep is written.</summary>
internal enum SensitivityFormat
{
    Table,
    Json,
    Csv,
}
