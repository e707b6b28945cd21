namespace Cluster.Cli.Views;

/// <summary>How a sweep is written.</summary>
internal enum SensitivityFormat
{
    Table,
    Json,
    Csv,
}
