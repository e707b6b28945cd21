namespace Cluster.Reporting.Html;

/// <summary>Markup that is written as it is: constants of the report's own code, never anything read.</summary>
/// <param name="Html">The markup.</param>
internal readonly record struct ConstantMarkup(string Html);
