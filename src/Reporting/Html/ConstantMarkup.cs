namespace Cluster.Reporting.Html;

/// <summary>Markup that is written unencoded: constants of the report's code, never input.</summary>
/// <param name="Html">The markup.</param>
internal readonly record struct ConstantMarkup(string Html);
