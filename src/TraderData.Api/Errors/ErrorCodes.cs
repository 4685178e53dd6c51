namespace TraderData.Api;

/// <summary>The words that stand in <c>error</c>. Clients decide by them, so that none ever changes its meaning.</summary>
internal static class ErrorCodes
{
    public const string UnknownParameter = "UNKNOWN_PARAMETER";
    public const string RepeatedParameter = "REPEATED_PARAMETER";
    public const string MissingParameter = "MISSING_PARAMETER";
    public const string BadEncoding = "BAD_ENCODING";
    public const string QueryTooLong = "QUERY_TOO_LONG";
    public const string BadSymbol = "BAD_SYMBOL";
    public const string BadTimeframe = "BAD_TIMEFRAME";
    public const string BadTime = "BAD_TIME";
    public const string BadYear = "BAD_YEAR";
    public const string BadRange = "BAD_RANGE";
    public const string BadLimit = "BAD_LIMIT";
    public const string BadOrder = "BAD_ORDER";
    public const string BadCursor = "BAD_CURSOR";
    public const string BadAsOf = "BAD_AS_OF";
    public const string BadFields = "BAD_FIELDS";
    public const string BadFormat = "BAD_FORMAT";
    public const string BadComplete = "BAD_COMPLETE";
    public const string BadProvisional = "BAD_PROVISIONAL";
    public const string BadSource = "BAD_SOURCE";
    public const string TooManyStreams = "TOO_MANY_STREAMS";
    public const string NotAcceptable = "NOT_ACCEPTABLE";
    public const string UnknownSeries = "UNKNOWN_SERIES";
    public const string UnknownJob = "UNKNOWN_JOB";
    public const string NoSchedule = "NO_SCHEDULE";
    public const string LocalOnly = "LOCAL_ONLY";
    public const string Unauthorized = "UNAUTHORIZED";
    public const string Forbidden = "FORBIDDEN";
    public const string RateLimited = "RATE_LIMITED";
    public const string Validation = "VALIDATION_ERROR";
    public const string BadRequest = "BAD_REQUEST";
    public const string BadJson = "BAD_JSON";
    public const string BodyTooLarge = "BODY_TOO_LARGE";
    public const string MarketplaceOff = "MARKETPLACE_OFF";
    public const string UnknownRound = "UNKNOWN_ROUND";
    public const string UnknownExport = "UNKNOWN_EXPORT";
    public const string TooManyExports = "TOO_MANY_EXPORTS";
    public const string ExportOpen = "EXPORT_OPEN";
    public const string NotFound = "NOT_FOUND";
    public const string MethodNotAllowed = "METHOD_NOT_ALLOWED";
    public const string StoreUnavailable = "STORE_UNAVAILABLE";
    public const string NotReady = "NOT_READY";
    public const string DataFault = "DATA_FAULT";
    public const string Internal = "INTERNAL_ERROR";
}
