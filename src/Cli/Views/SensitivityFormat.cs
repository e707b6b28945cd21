namespace Cluster.Cli.Views;

/// <summary>The output format of a sweep.</summary>
internal enum SensitivityFormat
{
    Table,
    Json,
    Csv,
}
